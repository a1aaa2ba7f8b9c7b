/** How many tokens have which activation, or strength: bars on a log scale, with ticks. */
import { drawHistogram } from "../histogram";
import type { HistogramData } from "../nouns";
import { count, short } from "../tokens";

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
        <svg
          viewBox="0 0 1 1"
          preserveAspectRatio="none"
          role="img"
          aria-label={`Histogram of ${count(tokens)} tokens, from ${short(first)} to ${short(last)}`}
        >
          {bars.map((bar) => (
            <rect
              key={bar.from}
              className={bar.to <= 0 ? "below" : undefined}
              x={bar.left + bar.width * 0.04}
              y={1 - bar.height}
              width={bar.width * 0.92}
              height={bar.height}
            >
              <title>{`${short(bar.from)} to ${short(bar.to)}: ${count(bar.count)} tokens`}</title>
            </rect>
          ))}
        </svg>
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
