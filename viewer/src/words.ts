/** What a dataset's units are called. Pure. */
import type { UnitAddress } from "./nouns";

const NAMES: Record<string, string> = { mlp: "Neuron", sae: "Feature", attn: "Head" };

/** "Neuron", "Feature", "Head" or "Direction", by the kind of the dataset's source. */
export function unitName(kind: string | null): string {
  return (kind && NAMES[kind]) || "Direction";
}

/** 3:17, as a unit is named in links, files and commands. */
export const placeOf = ({ layer, unit }: UnitAddress): string => `${layer}:${unit}`;

/** 1 neuron, 2 neurons; the form of many, where it has no s. */
export function plural(amount: number, name: string, many = `${name}s`): string {
  return `${amount.toLocaleString("en-US")} ${amount === 1 ? name : many}`;
}
