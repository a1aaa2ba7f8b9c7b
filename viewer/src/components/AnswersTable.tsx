/** Answers as what follows the text: rank, logit and probability, of all their tokens and of each. */
import type { Answered } from "../nouns";
import { count, exact, named, percent } from "../tokens";

type Props = {
  answers: readonly Answered[];
  changed: readonly Answered[] | null;
  onRemove: (answer: string) => void;
};

export const AnswersTable = ({ answers, changed, onRemove }: Props) => (
  <table className="likely answers">
    <thead>
      <tr>
        <th scope="col">Answer</th>
        <th scope="col">Rank</th>
        <th scope="col">Logit</th>
        <th scope="col">Probability</th>
        {changed && <th scope="col">Changed</th>}
        <td />
      </tr>
    </thead>
    <tbody>
      {answers.map((one, place) => (
        <tr key={one.answer}>
          <th scope="row">
            <code dir="auto">{named(one.answer)}</code>
            {one.per_token.length > 1 && (
              <small>
                {one.per_token
                  .map(({ token, probability }) => `${named(token)} ${percent(probability)}`)
                  .join(" · ")}
              </small>
            )}
          </th>
          <td>{count(one.rank)}</td>
          <td>{exact(one.logit)}</td>
          <td>{percent(one.probability)}</td>
          {changed && <td>{percent(changed[place]?.probability)}</td>}
          <td>
            <button
              type="button"
              aria-label={`Take out ${named(one.answer)}`}
              onClick={() => onRemove(one.answer)}
            >
              ×
            </button>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);
