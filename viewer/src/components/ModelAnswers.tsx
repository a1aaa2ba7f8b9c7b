/** What each model made of one puzzle: what it picked, and its score of each explanation. */
import type { PuzzleRun } from "../nouns";
import { answerSentence, modelsOf, type Puzzle, pickedOf, scoreOf } from "../puzzles";
import { Empty } from "./States";

type Props = { runs: readonly PuzzleRun[]; choices: readonly string[]; puzzle: Puzzle };

export function ModelAnswers({ runs, choices, puzzle }: Props) {
  const answers = runs.flatMap((run) => {
    const answer = run.puzzles.find(({ name }) => name === puzzle.name);
    return answer ? [{ run, answer }] : [];
  });
  if (answers.length === 0) return <Empty>No model was put to this puzzle.</Empty>;
  return answers.map(({ run, answer }, place) => {
    const picked = pickedOf(answer);
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: two runs may be of one model
      <section key={place} className="model-answer" aria-label={modelsOf(run)}>
        <h3>{modelsOf(run)}</h3>
        <p>{answerSentence(answer)}</p>
        <table>
          <caption className="note">
            Correlation of simulated with real activations over these texts, with its 95% interval
          </caption>
          <tbody>
            {choices.map((choice) => (
              <tr key={choice}>
                <th scope="row">
                  {choice}
                  {choice === puzzle.explanation && <span className="note"> (true)</span>}
                  {picked.includes(choice) && <span className="note"> (picked)</span>}
                </th>
                <td>{scoreOf(answer, choice) ?? "not scored"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    );
  });
}
