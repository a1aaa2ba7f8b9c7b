/** The bars of a histogram, stretched over the room that they are given. */
import type { Bar } from "../histogram";
import { count, short } from "../tokens";

const GAP = 0.04; // of a bar's width, on either side

export const Bars = ({ label, bars }: { label: string; bars: readonly Bar[] }) => (
  <svg viewBox="0 0 1 1" preserveAspectRatio="none" role="img" aria-label={label}>
    {bars.map((bar) => (
      <rect
        key={bar.from}
        className={bar.to <= 0 ? "below" : undefined}
        x={bar.left + bar.width * GAP}
        y={1 - bar.height}
        width={bar.width * (1 - 2 * GAP)}
        height={bar.height}
      >
        <title>{`${short(bar.from)} to ${short(bar.to)}: ${count(bar.count)} tokens`}</title>
      </rect>
    ))}
  </svg>
);
