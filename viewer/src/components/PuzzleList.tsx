/** All puzzles by number, how one did on them, and how models did. A name, which may say the answer, comes with the answer. */
import type { PuzzleResults } from "../nouns";
import { modelsOf, type Puzzle, pickedSentence } from "../puzzles";
import { tallySentence } from "../tally";
import { plural } from "../words";
import { Pane } from "./Pane";
import { Empty } from "./States";

type Props = {
  puzzles: readonly Puzzle[];
  answers: Readonly<Record<string, boolean>>;
  results: PuzzleResults | undefined;
  hrefOf: (number: number) => string;
  onForget: () => void;
};

export function PuzzleList({ puzzles, answers, results, hrefOf, onForget }: Props) {
  return (
    <>
      <header className="intro">
        <h1 tabIndex={-1}>Puzzles</h1>
        <p className="lede">
          {plural(puzzles.length, "made-up unit")} with a known rule. Read the texts, pick the explanation
          that made their activations, and see how language models did.
        </p>
      </header>
      <Pane id="puzzles" title="All puzzles" ask={{ kind: "puzzles" }}>
        <ol className="puzzle-list">
          {puzzles.map((puzzle, place) => (
            <li key={puzzle.name}>
              <a href={hrefOf(place + 1)}>
                <b>Puzzle {place + 1}</b>
                <span className="note">{said(answers, puzzle)}</span>
              </a>
            </li>
          ))}
        </ol>
        <Tally {...{ answers, onForget }} />
      </Pane>
      <Pane id="models" title="How models did" ask={results ? { kind: "puzzle-results" } : undefined}>
        {results ? <Runs results={results} /> : <Empty>No model was put to these puzzles.</Empty>}
      </Pane>
    </>
  );
}

function said(answers: Props["answers"], { name }: Puzzle): string {
  if (!Object.hasOwn(answers, name)) return "not answered yet";
  return `${answers[name] ? "right" : "wrong"}: ${name.replaceAll("_", " ")}`;
}

/** One's own count, and a way to begin again; nothing before the first answer. */
export function Tally({ answers, onForget }: Pick<Props, "answers" | "onForget">) {
  const sentence = tallySentence(answers);
  if (!sentence) return null;
  return (
    <p className="note tally">
      You: {sentence}, kept in this browser.{" "}
      <button type="button" onClick={onForget}>
        Forget
      </button>
    </p>
  );
}

function Runs({ results: { runs } }: { results: PuzzleResults }) {
  if (runs.length === 0) return <Empty>No model was put to these puzzles.</Empty>;
  return (
    <ul className="puzzle-runs">
      {runs.map((run, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two runs may be of one model
        <li key={place}>
          <b>{modelsOf(run)}</b>
          <p>By simulating: {pickedSentence(run.picked)}.</p>
          {run.picked_by_detection && (
            <p>By judging whole texts: {pickedSentence(run.picked_by_detection)}.</p>
          )}
        </li>
      ))}
    </ul>
  );
}
