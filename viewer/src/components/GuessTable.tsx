/** What the model says where the metric is read: the tokens that the metric is of, and the likeliest ones. */
import type { Foretold, Guess } from "../nouns";
import { count, exact, named, percent } from "../tokens";

export function GuessTable({ position, targets, top }: Foretold) {
  const meant = new Set(targets.map(({ token }) => token));
  const others = top.filter(({ token }) => !meant.has(token));
  return (
    <table className="likely guesses">
      <caption>
        What the model expects {position < 0 ? "at the beginning" : `after token ${position + 1}`}; those in
        bold are what the metric is of. Rank 0 is the likeliest.
      </caption>
      <thead>
        <tr>
          <th scope="col">Token</th>
          <th scope="col">Rank</th>
          <th scope="col">Logit</th>
          <th scope="col">Probability</th>
        </tr>
      </thead>
      <tbody>
        {targets.map((guess) => (
          <Row key={`of ${guess.rank}`} {...guess} meant />
        ))}
        {others.map((guess) => (
          <Row key={guess.rank} {...guess} meant={false} />
        ))}
      </tbody>
    </table>
  );
}

const Row = ({ token, rank, logit, probability, meant }: Guess & { meant: boolean }) => (
  <tr className={meant ? "there" : undefined}>
    <th scope="row">
      <code dir="auto">{named(token)}</code>
    </th>
    <td>{count(rank)}</td>
    <td>{logit === null ? "–" : exact(logit)}</td>
    <td>{percent(probability)}</td>
  </tr>
);
