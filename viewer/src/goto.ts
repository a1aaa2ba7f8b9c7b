/** What a person types to go somewhere: `5:131`, `5 131`, `layer 5 neuron 131` or a link. Pure. */
import { parseHash, type Route } from "./route";
import { FIRST_VIEW } from "./view";

export type Destination = Exclude<Route, { page: "missing" }>;

/** Where the text leads: a link to the very page it names; null where it names none. */
export function parseGoto(text: string): Destination | null {
  const hash = text.indexOf("#/");
  if (hash >= 0) return fromLink(text.slice(hash).trim());
  const numbers = text.trim().match(/^\D*?(\d{1,9})\D+?(\d{1,9})$/);
  if (!numbers || /[-.−]\d/.test(text)) return null;
  const [layer, unit] = [Number(numbers[1]), Number(numbers[2])];
  return { page: "unit", dataset: null, layer, unit, view: FIRST_VIEW };
}

function fromLink(hash: string): Destination | null {
  const route = parseHash(hash);
  return route.page === "missing" ? null : route;
}
