/** One puzzle: its texts, its choices, and once one has chosen the answer and what models made of it. */
import { useMemo, useState } from "react";
import { ModelAnswers } from "../components/ModelAnswers";
import { Pane } from "../components/Pane";
import { PuzzleChoices } from "../components/PuzzleChoices";
import { Tally } from "../components/PuzzleList";
import { PuzzleTexts } from "../components/PuzzleTexts";
import { Empty } from "../components/States";
import { useKeys } from "../keys";
import type { DatasetEntry, PuzzleResults } from "../nouns";
import { choicesOf, nextSeed, type Puzzle } from "../puzzles";
import type { Asked } from "../queries";
import type { PuzzleWays } from "./PuzzlesPane";
import { QueryView } from "./QueryView";

type Props = PuzzleWays & {
  dataset: DatasetEntry;
  puzzle: Puzzle;
  place: number;
  count: number;
  seed: number;
  results: Asked<PuzzleResults>;
  answers: Readonly<Record<string, boolean>>;
  onAnswer: (right: boolean) => void;
  onForget: () => void;
};

const NO_MODEL = "No model was put to these puzzles.";

export function PuzzlePane(props: Props) {
  const { dataset, puzzle, place, count, seed, results, answers, onAnswer, onForget, onSeed } = props;
  const [chosen, setChosen] = useState<string | null>(null);
  const choices = useMemo(() => choicesOf(puzzle, seed), [puzzle, seed]);
  const choose = (choice: string) => {
    setChosen(choice);
    onAnswer(choice === puzzle.explanation);
  };
  return (
    <>
      <Head {...props} />
      <Pane id="texts" title="Texts" ask={{ kind: "puzzles" }}>
        <PuzzleTexts puzzle={puzzle} />
      </Pane>
      <Pane id="choices" title="Which explanation made these activations?">
        <PuzzleChoices {...{ puzzle, choices, chosen }} onChoose={choose} />
        {chosen === null ? (
          <button type="button" onClick={() => onSeed(nextSeed(seed))}>
            Another order
          </button>
        ) : (
          <p className="ways">
            {place + 1 < count && <a href={props.hrefOf(place + 2)}>Next puzzle</a>}
            {dataset.model === "puzzles" && <a href={props.unitHref(place)}>Open it as a unit</a>}
          </p>
        )}
        <Tally {...{ answers, onForget }} />
      </Pane>
      <Pane
        id="models"
        title="How models did"
        ask={chosen !== null && results.data ? { kind: "puzzle-results" } : undefined}
      >
        {chosen === null ? (
          <Empty>Shown once you have answered.</Empty>
        ) : (
          <QueryView query={results} lines={3} missing={NO_MODEL}>
            {({ runs }) => <ModelAnswers {...{ runs, choices, puzzle }} />}
          </QueryView>
        )}
      </Pane>
    </>
  );
}

/** Which one it is, and the ways to the others. */
function Head({ place, count, hrefOf, onGo }: Props) {
  const before = place > 0 ? place : null;
  const after = place + 1 < count ? place + 2 : null;
  useKeys({
    j: ["Next puzzle", () => after !== null && onGo(after)],
    k: ["Previous puzzle", () => before !== null && onGo(before)],
  });
  return (
    <header className="head">
      <h1 tabIndex={-1}>
        Puzzle {place + 1} <span>of {count}</span>
      </h1>
      <nav aria-label="Other puzzles">
        {before === null ? <span className="end">First</span> : <a href={hrefOf(before)}>← {before}</a>}
        <a href={hrefOf(null)}>All</a>
        {after === null ? <span className="end">Last</span> : <a href={hrefOf(after)}>{after} →</a>}
        <span className="note keys">
          <kbd>k</kbd> <kbd>j</kbd>
        </span>
      </nav>
    </header>
  );
}
