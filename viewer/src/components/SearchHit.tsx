/** One hit: its unit, which is the link, the text with the words that matched marked, and the numbers it has. */
import { kindOf, piecesOf } from "../found";
import type { SearchHit as Hit } from "../nouns";
import { short, twoDecimals } from "../tokens";

export function SearchHit({ hit, name, href }: { hit: Hit; name: string; href: string }) {
  const { layer, unit, matched, explanation, score, max, snippet } = hit;
  const pieces = piecesOf(snippet);
  return (
    <li className="unit-row">
      <a href={href}>
        <span className="hidden">{name}</span> {layer}:{unit}
      </a>
      <div>
        <div className={matched === "tokens" ? "found pieces" : "found"}>
          {pieces.map(({ text, marked }, place) =>
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change places
            marked ? <mark key={place}>{text}</mark> : text,
          )}
        </div>
        <div className="kind">{kindOf(hit)}</div>
      </div>
      <p>
        {score !== null ? (
          <Value name="score" value={twoDecimals(score)} />
        ) : (
          explanation !== null && <span>not scored</span>
        )}
        {max !== null && <Value name="max" value={short(max)} />}
      </p>
    </li>
  );
}

const Value = ({ name, value }: { name: string; value: string }) => (
  <span className={name}>
    {name} <b>{value}</b>
  </span>
);
