/** What stands in a link behind `lists`, as which list is meant; a link that names none says so. Pure. */

/** `browser`: kept by this one; `site`: by the server; `dataset`: its own, by their place; `link`: in the link alone. */
export type Which =
  | { where: "all" | "nowhere" }
  | { where: "browser" | "site"; id: string }
  | { where: "dataset"; place: number }
  | { where: "link"; letters: string };

export function whichList(rest: readonly string[], query: string): Which {
  const [id, ...more] = rest;
  const letters = new URLSearchParams(query).get("shared");
  if (id === undefined) return letters === null ? { where: "all" } : { where: "link", letters };
  if (more.length > 0) return { where: "nowhere" };
  if (/^b-[0-9a-f]{12}$/.test(id)) return { where: "browser", id };
  if (/^[0-9a-f]{32}$/.test(id)) return { where: "site", id };
  const own = id.match(/^own-([1-9]\d{0,5})$/)?.[1];
  return own ? { where: "dataset", place: Number(own) - 1 } : { where: "nowhere" };
}

/** How a link names one of the dataset's own lists. */
export const ownId = (place: number): string => `own-${place + 1}`;
