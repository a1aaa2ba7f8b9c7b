/** Tokens that a model held for likely; beside them, where the model is changed too, how likely they are then. */
import { probability, type Shifted } from "../predicted";
import { named } from "../tokens";

type Props = { caption: string; rows: readonly Shifted[]; changed: boolean; there?: string | undefined };

export const AlternativesTable = ({ caption, rows, changed, there }: Props) => (
  <table className="likely">
    <caption>{caption}</caption>
    <thead>
      <tr>
        <th scope="col">Token</th>
        <th scope="col">{changed ? "As it is" : "Probability"}</th>
        {changed && <th scope="col">Changed</th>}
      </tr>
    </thead>
    <tbody>
      {rows.map(({ token, before, after }) => (
        <tr key={token} className={token === there ? "there" : undefined}>
          <th scope="row">
            <code dir="auto">{named(token)}</code>
          </th>
          <td>{before === null ? "less" : probability(before)}</td>
          {changed && <td>{after === null ? "less" : probability(after)}</td>}
        </tr>
      ))}
    </tbody>
  </table>
);
