/** Where a site without a server takes better explanations: its template and a unit in, an address out. Pure. */
import type { UnitAddress } from "./nouns";

export type Suggested = { dataset: string; at: UnitAddress; url: string };

/** Null for a template that is no web or mail address, whoever wrote it. */
export function suggestHref(template: string, { dataset, at, url }: Suggested): string | null {
  if (!/^(https?:\/\/|mailto:)/.test(template)) return null;
  const values: Record<string, string> = { dataset, layer: `${at.layer}`, unit: `${at.unit}`, url };
  return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? encodeURIComponent(values[name] ?? "") : whole,
  );
}
