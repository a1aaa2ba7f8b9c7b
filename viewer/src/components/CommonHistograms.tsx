/** Histograms of several units under each other, on one axis and with one height. */
import type { Bar } from "../histogram";
import type { CommonDrawing } from "../sideBySide";
import { count, short } from "../tokens";
import { plural } from "../words";
import { Bars } from "./Bars";

type Props = { columns: readonly string[]; drawing: CommonDrawing };

export function CommonHistograms({ columns, drawing }: Props) {
  const { bars, along, width, most } = drawing;
  const bins = width === null ? "bins of different widths" : `bins of ${short(width)}`;
  return (
    <figure className="common">
      <figcaption>
        Tokens by activation, on one axis: {bins}, counts on one log scale up to {count(most)}
      </figcaption>
      {columns.map((name, place) => (
        <div key={name} className="row">
          <b>{name}</b>
          {bars[place] ? <Row name={name} bars={bars[place]} /> : <p className="note">No histogram.</p>}
        </div>
      ))}
      <div className="row axis" aria-hidden="true">
        <span />
        <div>
          {along.map(({ value, at }) => (
            <span key={value} className="along" style={{ left: `${100 * at}%` }}>
              <small>{String(value).replace("-", "−")}</small>
            </span>
          ))}
        </div>
      </div>
    </figure>
  );
}

function Row({ name, bars }: { name: string; bars: readonly Bar[] }) {
  const tokens = bars.reduce((sum, bar) => sum + bar.count, 0);
  const [from, to] = [bars[0]?.from ?? 0, bars.at(-1)?.to ?? 0];
  return (
    <div className="plot">
      <Bars label={`${name}: ${plural(tokens, "token")}, from ${short(from)} to ${short(to)}`} bars={bars} />
    </div>
  );
}
