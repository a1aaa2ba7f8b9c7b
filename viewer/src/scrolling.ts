/**
 * Which rows of a long table are on screen: where its scroller stands in, rows out, and back. Browsers draw nothing
 * that is much higher than this, so above it the scroller moves more rows than its pixels have. Pure.
 */
const HIGHEST = 8_000_000; // px; Firefox ends at 17.8 million, Chromium and Safari at 33.5

export type Port = { rows: number; rowHeight: number; height: number }; // height: what is seen of them, px

/** How high the scroller's content is. */
export const contentHeight = ({ rows, rowHeight }: Port): number => Math.min(rows * rowHeight, HIGHEST);

/** How many px of rows a px of the scroller stands for; 1 but for the longest tables. */
function stretch(port: Port): number {
  const room = contentHeight(port) - port.height;
  return room > 0 ? (port.rows * port.rowHeight - port.height) / room : 1;
}

export type Seen = { first: number; end: number; shift: number }; // shift: px of the first row that are above

/** The rows from `first` up to but not `end` that are seen at least in part. */
export function windowAt(port: Port, scrolled: number): Seen {
  const most = Math.max(0, port.rows * port.rowHeight - port.height);
  const top = Math.max(0, Math.min(most, scrolled * stretch(port)));
  const first = Math.floor(top / port.rowHeight);
  const end = Math.min(port.rows, Math.ceil((top + port.height) / port.rowHeight));
  return { first, end, shift: top - first * port.rowHeight };
}

/** Where the scroller has to stand so that a row is seen in full: where it stands, if it is. */
export function scrolledTo(port: Port, scrolled: number, row: number): number {
  const factor = stretch(port);
  const top = row * port.rowHeight;
  const highest = top + port.rowHeight - port.height;
  const now = scrolled * factor;
  if (now > top) return top / factor;
  return now < highest ? Math.max(0, highest) / factor : scrolled;
}

/** The row that a key leads to from another; null where the key means nothing here. */
export function rowByKey(key: string, row: number, { rows, rowHeight, height }: Port): number | null {
  const page = Math.max(1, Math.floor(height / rowHeight) - 1);
  const steps: Record<string, number> = {
    ArrowDown: row + 1,
    ArrowUp: row - 1,
    PageDown: row + page,
    PageUp: row - page,
    Home: 0,
    End: rows - 1,
  };
  const to = Object.hasOwn(steps, key) ? steps[key] : undefined;
  return to === undefined || rows === 0 ? null : Math.max(0, Math.min(rows - 1, to));
}
