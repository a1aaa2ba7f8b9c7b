/** Which units of a directory somebody means, and which comes next. Pure. */
import type { Scale } from "../color";
import type { Entry, Head } from "../shown";

/** The units with all of these words in their key or name; a key alone comes first. */
export function found(directory: readonly Entry[], words: string): readonly Entry[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return directory;
  const has = ({ key, name }: Entry) => {
    const text = `${key} ${name ?? ""}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
  const hits = directory.filter(has);
  const exact = hits.find(({ key }) => key === words.trim());
  return exact ? [exact, ...hits.filter((entry) => entry !== exact)] : hits;
}

/** The unit so many places on; null past the ends. From a unit that is not listed to the first. */
export function keyBeside(listed: readonly Entry[], key: string, step: 1 | -1): string | null {
  const at = listed.findIndex((entry) => entry.key === key);
  return listed[at === -1 ? 0 : at + step]?.key ?? null;
}

/** One scale for all units of a dashboard, as far as their maxima are known; null where none is. */
export function commonScale({ directory }: Head): Scale | null {
  const limit = directory.reduce((most, { max }) => Math.max(most, max ?? 0), 0);
  return limit > 0 ? { limit, end: "all" } : null;
}
