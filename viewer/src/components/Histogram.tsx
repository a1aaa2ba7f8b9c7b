/** How many tokens have which activation, or strength: bars on a log scale, with ticks. */
import { drawHistogram } from "../histogram";
import type { HistogramData } from "../nouns";
import { count, short } from "../tokens";
import { Bars } from "./Bars";

type Props = { data: HistogramData; of: string };

export function Histogram({ data, of }: Props) {
  const drawing = drawHistogram(data);
  if (!drawing) return null;
  const { bars, along, up, tokens } = drawing;
  const first = bars[0]?.from ?? 0;
  const last = bars.at(-1)?.to ?? 0;
  return (
    <figure className="histogram">
      <figcaption>{of}, counts on a log scale</figcaption>
      <div className="plot">
        <Bars
          label={`Histogram of ${count(tokens)} tokens, from ${short(first)} to ${short(last)}`}
          bars={bars}
        />
        {up.map(({ value, at }) => (
          <span key={value} className="up" style={{ bottom: `${100 * at}%` }} aria-hidden="true">
            <small>{compact(value)}</small>
          </span>
        ))}
        {along.map(({ value, at }) => (
          <span key={value} className="along" style={{ left: `${100 * at}%` }} aria-hidden="true">
            <small>{tick(value)}</small>
          </span>
        ))}
      </div>
    </figure>
  );
}

const tick = (value: number): string => String(value).replace("-", "−");

const compact = (value: number): string =>
  value >= 1e6 ? `${value / 1e6}M` : value >= 1000 ? `${value / 1000}k` : String(value);
