/** Interventions in words, and the values that make sense of them. Pure. */
import type { Intervention, UnitPlace } from "./nouns";
import { keyOf } from "./prompt";
import { exact } from "./tokens";

export type Operation = Intervention["op"];

export const OPERATIONS: readonly (readonly [Operation, string])[] = [
  ["add", "Add"],
  ["set", "Set to"],
  ["scale", "Multiply by"],
  ["ablate", "Ablate"],
];

const USUAL = 10; // where no maximum is stored

/** A new intervention: a unit is pushed by its stored maximum, which is as much as it was ever seen to do. */
export const pushing = (place: UnitPlace, max: number | null): Intervention => ({
  ...place,
  op: "add",
  value: rounded(max ?? USUAL),
  positions: null,
  source: place.source ?? null,
});

/** The same unit with another operation, whose value means something else. */
export function withOperation(change: Intervention, op: Operation, max: number | null): Intervention {
  const value = { add: rounded(max ?? USUAL), set: rounded(max ?? USUAL), scale: 2, ablate: "zero" as const };
  return { ...change, op, value: value[op] };
}

/** Two figures: a value to begin with, not a measurement. */
const rounded = (value: number): number => Number(value.toPrecision(2));

/** What a slider goes to: some times what the unit was seen to do. */
export function rangeOf(op: Operation, max: number | null): { least: number; most: number; step: number } {
  if (op === "scale") return { least: -2, most: 5, step: 0.1 };
  const most = rounded(4 * (max ?? USUAL));
  return { least: -most, most, step: rounded(most / 200) };
}

/** Add 20 to 9:746 at token 3. */
export function changeSentence(change: Intervention): string {
  const { op, value, positions } = change;
  const unit = keyOf(change);
  const amount = typeof value === "number" ? exact(value) : "";
  const words = {
    add: `add ${amount} to ${unit}`,
    set: `set ${unit} to ${amount}`,
    scale: `multiply ${unit} by ${amount}`,
    ablate: `ablate ${unit}${value === "mean" ? " to its mean" : ""}`,
  };
  const where = positions ? ` at token ${positions.map((position) => position + 1).join(", ")}` : "";
  return words[op] + where;
}
