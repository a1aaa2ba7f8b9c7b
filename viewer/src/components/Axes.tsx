/** Round numbers along a plot's two axes, with hairlines through it. */
import type { Windows } from "../plot";
import { ticksOf } from "../scales";

type Props = Windows & {
  log: { x: boolean; y: boolean };
  ticks: { x: (value: number) => string; y: (value: number) => string };
};

export function Axes({ x, y, log, ticks }: Props) {
  return (
    <div className="axes" aria-hidden="true">
      {ticksOf(x, log.x).map(({ value, at }) => (
        <span key={value} className="along" style={{ left: `${100 * at}%` }}>
          <small>{ticks.x(value)}</small>
        </span>
      ))}
      {ticksOf(y, log.y).map(({ value, at }) => (
        <span key={value} className="up" style={{ bottom: `${100 * at}%` }}>
          <small>{ticks.y(value)}</small>
        </span>
      ))}
    </div>
  );
}
