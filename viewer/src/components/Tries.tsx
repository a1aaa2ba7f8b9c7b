/** The texts that were scored in this visit, newest first: each can be gone back to. */
import { correlationOf, keyOf, type Try } from "../candidates";
import { quoted } from "../people";
import { twoDecimals } from "../tokens";

type Props = { tries: readonly Try[]; chosen: string | null; onBack: (to: Try) => void };

export function Tries({ tries, chosen, onBack }: Props) {
  if (!tries[0]) return null;
  return (
    <section className="tries" aria-labelledby="tries">
      <h3 id="tries">Tries of this visit</h3>
      <ol>
        {tries.toReversed().map((one) => (
          <li key={one.number}>
            <button type="button" aria-pressed={chosen === keyOf(one.number)} onClick={() => onBack(one)}>
              <b>{valueIn(one)}</b> {quoted(one.scored.explanation)}
              {one.seed !== 0 && <small> seed {one.seed}</small>}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function valueIn({ scored }: Try): string {
  const value = correlationOf(scored);
  return value === null ? "undefined" : twoDecimals(value);
}
