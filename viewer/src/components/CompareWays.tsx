/** The ways in which a unit can be compared, the one on screen among them; nothing where there is one way alone. */
import type { Compared, Way } from "../compare";

type Props = { ways: readonly Way[]; hrefOf: (to: Compared) => string };

export function CompareWays({ ways, hrefOf }: Props) {
  if (ways.length < 2) return null;
  return (
    <nav aria-label="What to compare">
      <ul className="ways">
        {ways.map(({ title, to, here }) => (
          <li key={title}>{here ? <b aria-current="page">{title}</b> : <a href={hrefOf(to)}>{title}</a>}</li>
        ))}
      </ul>
    </nav>
  );
}
