/** All puzzles of a dataset, or one of them; which of them one has answered is kept in this browser. */
import { useMemo } from "react";
import { PuzzleList } from "../components/PuzzleList";
import { Empty } from "../components/States";
import { puzzleResultsQuery, puzzlesQuery } from "../datasetFiles";
import { keep, useKept } from "../keeping";
import type { DatasetEntry } from "../nouns";
import { type Puzzle, type PuzzleLink, placeOfPuzzle } from "../puzzles";
import { useQuery } from "../queries";
import { answered, answersOf, forgotten, readTally } from "../tally";
import { PuzzlePane } from "./PuzzlePane";
import { QueryView } from "./QueryView";

/** Addresses and steps count puzzles from 1; null is all of them. */
export type PuzzleWays = {
  hrefOf: (number: number | null) => string;
  unitHref: (unit: number) => string;
  onGo: (number: number) => void;
  onSeed: (seed: number) => void;
};

type Props = PuzzleWays & { dataset: DatasetEntry; link: PuzzleLink };

const NONE =
  "This dataset has no puzzles. The command neuronscope puzzles --out FOLDER writes a dataset that has some.";

export function PuzzlesPane(props: Props) {
  const { dataset } = props;
  const offered = dataset.parts.includes("puzzles");
  const query = useQuery(puzzlesQuery(dataset), offered);
  if (!offered)
    return (
      <>
        <h1 tabIndex={-1}>Puzzles</h1>
        <Empty>{NONE}</Empty>
      </>
    );
  return (
    <QueryView query={query} lines={12} missing={NONE}>
      {(puzzles) => <Found {...props} puzzles={puzzles} />}
    </QueryView>
  );
}

function Found({ puzzles, dataset, link, ...ways }: Props & { puzzles: Puzzle[] }) {
  const text = useKept("puzzles");
  const tally = useMemo(() => readTally(text), [text]);
  const answers = answersOf(tally, dataset.name);
  const results = useQuery(puzzleResultsQuery(dataset));
  const place = link.which === null ? null : placeOfPuzzle(puzzles, link.which);
  const puzzle = place === null ? undefined : puzzles[place];
  const onForget = () => keep("puzzles", JSON.stringify(forgotten(tally, dataset.name)));
  const save = (right: boolean) =>
    puzzle && keep("puzzles", JSON.stringify(answered(tally, dataset.name, puzzle.name, right)));
  if (link.which !== null && (place === null || !puzzle))
    return (
      <>
        <h1 tabIndex={-1}>Puzzles</h1>
        <p className="lede">
          There is no puzzle {link.which} here; there are {puzzles.length}.
        </p>
        <p>
          <a href={ways.hrefOf(null)}>All puzzles</a>
        </p>
      </>
    );
  if (place !== null && puzzle)
    return (
      <PuzzlePane
        key={`${puzzle.name} ${link.seed}`}
        {...{ dataset, puzzle, place, results, answers, onForget, onAnswer: save, seed: link.seed, ...ways }}
        count={puzzles.length}
      />
    );
  return <PuzzleList {...{ puzzles, answers, results: results.data, onForget }} hrefOf={ways.hrefOf} />;
}
