/** The units of a dashboard as a list with one cursor; only the rows on screen are drawn, however many there are. */
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useSize } from "../components/useSize";
import { contentHeight, rowByKey, scrolledTo, windowAt } from "../scrolling";
import type { Entry } from "../shown";
import { short } from "../tokens";

const ROW = 30; // px, as in dashboard.css
const FIRST_SIZE = { width: 240, height: 420 };

type Props = { entries: readonly Entry[]; shown: string; onShow: (key: string) => void };

export function UnitList({ entries, shown, onShow }: Props) {
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const { height } = useSize(scroller, FIRST_SIZE);
  const [scrolled, setScrolled] = useState(0);
  const port = { rows: entries.length, rowHeight: ROW, height };
  const { first, end, shift } = windowAt(port, scrolled);
  const active = entries.findIndex(({ key }) => key === shown);
  const reach = (row: number) => {
    if (scroller.current) scroller.current.scrollTop = scrolledTo(port, scroller.current.scrollTop, row);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a unit that is shown by another way is brought into sight
  useEffect(() => {
    if (active >= 0) reach(active);
  }, [active, height]);
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = rowByKey(event.key, active, port);
    const entry = to === null ? undefined : entries[to];
    if (!entry) return;
    event.preventDefault();
    onShow(entry.key);
  };
  return (
    <div
      ref={scroller}
      className="dash-list"
      role="listbox"
      tabIndex={0}
      aria-label="Units"
      aria-activedescendant={active >= first && active < end ? `${id}-${active}` : undefined}
      style={{ maxHeight: ROW * entries.length + 2 }}
      onScroll={({ currentTarget }) => setScrolled(currentTarget.scrollTop)}
      onKeyDown={press}
    >
      <div role="presentation" style={{ height: contentHeight(port) }}>
        <div role="presentation" className="dash-seen" style={{ transform: `translateY(${-shift}px)` }}>
          {entries.slice(first, end).map((entry, at) => (
            <Row
              key={entry.key}
              {...{ entry, onShow, total: entries.length }}
              id={`${id}-${first + at}`}
              place={first + at}
              chosen={first + at === active}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

type RowProps = {
  entry: Entry;
  id: string;
  place: number;
  total: number;
  chosen: boolean;
  onShow: (key: string) => void;
};

const Row = ({ entry: { key, name, max }, id, place, total, chosen, onShow }: RowProps) => (
  // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the list's
  // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and says which row is active
  <div
    id={id}
    role="option"
    aria-selected={chosen}
    aria-posinset={place + 1}
    aria-setsize={total}
    title={name ?? undefined}
    onClick={() => onShow(key)}
  >
    <code>{key}</code>
    <span dir="auto">{name ?? ""}</span>
    {max != null && <small>{short(max)}</small>}
  </div>
);
