/** What a plot of all units shows, in a sentence: columns, their order and the selection in, words out. Pure. */
import { inSentence, read } from "./columns";
import { spreadOf } from "./ordering";
import type { Axis, Points } from "./plot";
import { count } from "./tokens";
import { plural } from "./words";

export type Along = { axis: Axis; values: Float64Array; ascending: Uint32Array };

/** `name` is that of one unit. */
export function plotWords(x: Along, y: Along, points: Points, mask: Uint8Array, name: string): string {
  const { drawn, left } = drawnOf(points, mask);
  const about = `${capital(inSentence(y.axis.column))} against ${inSentence(x.axis.column)}`;
  const middles = [x, y].flatMap(({ axis, values, ascending }) => {
    const spread = spreadOf(values, ascending, mask);
    const says = (value: number) => read(axis.column, value);
    return spread
      ? [`${inSentence(axis.column)} ${says(spread.quarter)} to ${says(spread.threeQuarters)}`]
      : [];
  });
  const half = middles.length > 0 ? ` Half of those with a number have ${middles.join(", half ")}.` : "";
  const log = [x, y].some(({ axis }) => axis.log);
  const why = log ? "lack a number, or have none above zero on a log scale" : "lack a number";
  const without = left > 0 ? ` ${count(left)} more ${why}.` : "";
  return `${about}: ${plural(drawn, name)} of the selection.${half}${without}`;
}

function drawnOf({ x, y }: Points, mask: Uint8Array): { drawn: number; left: number } {
  let drawn = 0;
  let left = 0;
  for (let row = 0; row < mask.length; row++) {
    if (mask[row] !== 1) continue;
    if (Number.isFinite(x[row]) && Number.isFinite(y[row])) drawn++;
    else left++;
  }
  return { drawn, left };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
