/** A small histogram of every layer side by side, on one scale; a click on one filters by its layer. */
import { BINS, type Chosen, type Layered, outline, type Strip, shareOf } from "../overview";
import { ticksOf } from "../scales";
import { count } from "../tokens";

type Props = {
  layered: Layered;
  parts: readonly Chosen[]; // of each layer
  log: boolean;
  title: string; // of the column
  name: string; // of one unit, in a sentence
  tick: (value: number) => string;
  read: (value: number) => string;
  chosen: readonly number[];
  onToggle: (layer: number) => void;
};

export function LayerStrips({ layered, parts, log, title, name, tick, read, chosen, onToggle }: Props) {
  const { strips, window, widest } = layered;
  const ticks = window ? ticksOf(window, log) : [];
  return (
    <div className="strips">
      <div className="axes" aria-hidden="true">
        {ticks.map(({ value, at }) => (
          <span key={value} className="up" style={{ bottom: `${100 * at}%` }}>
            <small>{tick(value)}</small>
          </span>
        ))}
      </div>
      <ol>
        {strips.map((strip, place) => {
          const words = told(strip, parts[place]?.selected ?? 0, { title, name, read });
          return (
            <li key={strip.layer}>
              <button
                type="button"
                aria-pressed={chosen.includes(strip.layer)}
                aria-label={words}
                title={words}
                onClick={() => onToggle(strip.layer)}
              >
                <svg viewBox={`0 0 1 ${BINS}`} preserveAspectRatio="none" aria-hidden="true">
                  <path className="others" d={outline(strip.all, widest)} />
                  <path d={outline(parts[place]?.shares ?? strip.all, widest)} />
                  {strip.median !== null && window && <Line at={shareOf(strip.median, log, window)} />}
                </svg>
                <span className="which">{strip.layer}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

const Line = ({ at }: { at: number }) => <line x1="0" x2="1" y1={BINS * (1 - at)} y2={BINS * (1 - at)} />;

function told(
  { layer, units, known, median }: Strip,
  selected: number,
  { title, name, read }: Pick<Props, "title" | "name" | "read">,
): string {
  const column = title.toLowerCase();
  const middle = median === null ? `no ${column} known` : `median ${column} ${read(median)}`;
  const of = known < units && known > 0 ? ` of the ${count(known)} with one` : "";
  return `Layer ${layer}: ${count(selected)} of ${count(units)} ${name}s selected; ${middle}${of}`;
}
