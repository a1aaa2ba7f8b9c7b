/** The texts of a puzzle on one scale, as a unit's are drawn. */
import { useMemo } from "react";
import { limitOf, type Puzzle } from "../puzzles";
import { exact, named, peakOf, short } from "../tokens";
import { plural } from "../words";
import { Legend } from "./Legend";
import { TokenHeatmap } from "./TokenHeatmap";

export function PuzzleTexts({ puzzle }: { puzzle: Puzzle }) {
  const scale = useMemo(() => ({ limit: limitOf(puzzle), end: "maximum" as const }), [puzzle]);
  const peaks = puzzle.texts.map((text) => peakOf(text));
  const silent = peaks.filter((peak) => peak === null).length;
  return (
    <>
      <div className="toolbar">
        <p className="note">
          {plural(puzzle.texts.length, "text")}, {silent === 0 ? "each with" : `${silent} without`} an
          activation above zero
        </p>
        <Legend {...{ scale, negative: false, own: null }} about="One scale for all texts." />
      </div>
      <ol className="records full">
        {puzzle.texts.map((text, place) => {
          const peak = peaks[place] ?? null;
          const value = peak === null ? 0 : (text.activations[peak] ?? 0);
          const told = peak === null ? "no peak" : `peak ${named(text.tokens[peak] ?? "")} ${exact(value)}`;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: texts have no other name than their place
            <li key={place}>
              <span className="margin">{short(value)}</span>
              <TokenHeatmap
                record={text}
                scale={scale}
                sign={1}
                context="full"
                label={`Text ${place + 1} of ${puzzle.texts.length}, ${told}`}
              />
            </li>
          );
        })}
      </ol>
    </>
  );
}
