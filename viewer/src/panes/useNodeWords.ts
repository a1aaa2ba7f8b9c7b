/** What the dataset says of a trace's units: which have a page in it, and their explanations, asked for in pieces. */
import { useMemo } from "react";
import { manifestQuery } from "../api";
import { rowsQuery } from "../columnQueries";
import { placeAmong } from "../neighbours";
import type { DatasetEntry, NodeUnit, UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import { MOST_ASKED } from "../questions";
import { unitOf, unitsOf } from "../traceNodes";
import { placeOf } from "../words";
import { useAnswers } from "./useColumns";

export type NodeWords = {
  unit: (node: NodeUnit) => UnitAddress | null; // that has a page here
  explanation: (node: NodeUnit) => string | null;
  offered: boolean; // whether units of the dataset are explained at all
};

export function useNodeWords(dataset: DatasetEntry, nodes: readonly NodeUnit[]): NodeWords {
  const layers = useQuery(manifestQuery(dataset)).data?.layers;
  const { source } = dataset;
  const tables = dataset.parts.includes("units");
  const pieces = useMemo(() => {
    const held =
      layers && tables ? unitsOf(nodes, source).filter((at) => placeAmong(layers, at) !== null) : [];
    return Array.from({ length: Math.ceil(held.length / MOST_ASKED) }, (_, piece) =>
      held.slice(piece * MOST_ASKED, (piece + 1) * MOST_ASKED),
    );
  }, [layers, nodes, source, tables]);
  const answers = useAnswers(
    pieces.map((units) =>
      rowsQuery(
        dataset,
        units,
        units.map((at) => (layers && placeAmong(layers, at)) ?? 0),
      ),
    ),
  );
  const known = answers.filter(({ data }) => data).length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: answers of the same pieces only become more
  return useMemo(() => {
    const rows = answers.flatMap(({ data }) => data ?? []);
    const said = new Map(rows.map((row) => [placeOf(row), row.explanation]));
    const unit = (node: NodeUnit) => unitOf(node, source, layers);
    const explanation = (node: NodeUnit) => {
      const at = unit(node);
      return at && (said.get(placeOf(at)) ?? null);
    };
    return { unit, explanation, offered: tables && dataset.parts.includes("explanations") };
  }, [known, pieces, layers, source, tables]);
}
