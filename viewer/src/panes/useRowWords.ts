/** The words of the rows on screen: which rows in, what is known of each out; asked for in pieces, where scrolling rests. */
import { useEffect, useState } from "react";
import { rowsQuery } from "../columnQueries";
import type { DatasetEntry, UnitRow } from "../nouns";
import { useAnswers } from "./useColumns";
import type { Selected } from "./useSelection";

const PIECE = 40; // rows
const AHEAD = 8; // rows that are asked for before they are on screen
const REST_MS = 80;

type Seen = { first: number; end: number };
type Pieces = { from: number; to: number; selected: Selected };

/** `seen`: places in the order; the answer's keys are rows. */
export function useRowWords(
  dataset: DatasetEntry,
  selected: Selected,
  seen: Seen,
): ReadonlyMap<number, UnitRow> {
  const last = Math.min(seen.end + AHEAD, selected.rows.length);
  const from = Math.floor(Math.max(0, seen.first - AHEAD) / PIECE);
  const pieces = useRested({ from, to: Math.max(from, Math.ceil(last / PIECE)), selected });
  const rows = Array.from({ length: pieces.to - pieces.from }, (_, more) => {
    const piece = pieces.from + more;
    return selected.rows.subarray(piece * PIECE, (piece + 1) * PIECE);
  });
  const answers = useAnswers(rows.map((some) => rowsQuery(dataset, selected.units(some), some)));
  const known = new Map<number, UnitRow>();
  answers.forEach(({ data }, piece) => {
    const found = new Map(data?.map((row) => [`${row.layer}:${row.unit}`, row]));
    const places = rows[piece] ?? new Uint32Array();
    selected.units(places).forEach(({ layer, unit }, at) => {
      const row = found.get(`${layer}:${unit}`);
      if (row) known.set(places[at] as number, row);
    });
  });
  return known;
}

/** The pieces on screen once they have been there for a moment; those of a new order at once. */
function useRested(pieces: Pieces): Pieces {
  const [rested, setRested] = useState(pieces);
  const { from, to, selected } = pieces;
  useEffect(() => {
    const timer = setTimeout(() => setRested({ from, to, selected }), REST_MS);
    return () => clearTimeout(timer);
  }, [from, to, selected]);
  return rested.selected === selected ? rested : pieces;
}
