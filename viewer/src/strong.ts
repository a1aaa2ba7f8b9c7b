/** The strongest units of a token or a text: which are listed, and what is said of them. Pure. */
import type { Manifest, ModelCard, StrongUnit, TopUnits } from "./nouns";
import { percent, short } from "./tokens";

/** The units of one position, or of the whole text where none is looked at; only those whose explanation has the words. */
export function listed({ positions, per }: TopUnits, at: number | null, words: string): StrongUnit[] {
  const units = positions[per === "text" ? 0 : (at ?? 0)] ?? [];
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return units.filter(({ explanation }) => {
    const text = explanation?.toLowerCase() ?? "";
    return wanted.every((word) => text.includes(word));
  });
}

/** "1.76 · 28% of max · fires on 1.7% of tokens" */
export function strengthOf({ share, max, density }: StrongUnit): string {
  const parts = [
    share !== null && `${percent(share)} of its maximum ${short(max)}`,
    density !== null && `fires on ${percent(density)} of tokens`,
  ];
  return parts.filter(Boolean).join(" · ");
}

/** Whether a dataset has a page for every unit that the model has; null while one of the two is unknown. */
export function holdsAll(card: ModelCard | undefined, manifest: Manifest | undefined): boolean | null {
  const own = card?.sources.find(({ name }) => name === null);
  if (!own || !manifest) return null;
  const held = new Map(manifest.layers.map(({ index, units }) => [index, units]));
  return Object.entries(own.units).every(([layer, units]) => (held.get(Number(layer)) ?? 0) >= units);
}

/** "0, 3, 9-12" as numbers; null where it says something else. */
export function layersIn(text: string): number[] | null {
  const found: number[] = [];
  for (const part of text.split(",").map((one) => one.trim())) {
    if (part === "") continue;
    const [, from, to = from] = /^(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?$/.exec(part) ?? [];
    if (from === undefined) return null;
    for (let layer = Number(from); layer <= Math.min(Number(to), Number(from) + 500); layer++)
      found.push(layer);
  }
  return [...new Set(found)].sort((a, b) => a - b);
}
