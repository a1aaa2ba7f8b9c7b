/** What a person types to go somewhere: `5:131`, `5 131`, `layer 5 neuron 131` or a link. Pure. */
import { parseHash } from "./route";

export type Destination = { dataset: string | null; layer: number; unit: number };

/** The unit that the text names, or null where it names none. */
export function parseGoto(text: string): Destination | null {
  const hash = text.indexOf("#/");
  if (hash >= 0) return fromLink(text.slice(hash).trim());
  const numbers = text.trim().match(/^\D*?(\d{1,9})\D+?(\d{1,9})$/);
  if (!numbers || /[-.−]\d/.test(text)) return null;
  return { dataset: null, layer: Number(numbers[1]), unit: Number(numbers[2]) };
}

function fromLink(hash: string): Destination | null {
  const route = parseHash(hash);
  if (route.page !== "unit") return null;
  return { dataset: route.dataset, layer: route.layer, unit: route.unit };
}
