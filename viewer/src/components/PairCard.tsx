/** Two units and how alike they are, number by number; the tokens that both respond to. */
import type { Row } from "../nouns";
import { named } from "../tokens";
import { Rows } from "./Rows";

type Props = { title: string; rows: readonly Row[]; tokens: readonly string[] };

export const PairCard = ({ title, rows, tokens }: Props) => (
  <section aria-label={title}>
    <h3>{title}</h3>
    <Rows className="stats" rows={rows} />
    {tokens.length > 0 && (
      <div className="shared">
        <p className="note">Tokens that both respond to</p>
        <ul aria-label={`Tokens of ${title}`}>
          {tokens.map((token) => (
            <li key={token}>
              <code>{named(token)}</code>
            </li>
          ))}
        </ul>
      </div>
    )}
  </section>
);
