/** Lists for the tests. */
import { checkedList } from "../src/lists";
import type { UnitList } from "../src/nouns";

/** A list whose words are hard to write down. */
export function anyList(random: () => number): UnitList {
  const letters = ["a", " ", '"', ",", "é", "日", "🍰", "<b>", "\\", "&", "’", "=1+1", "\u202e"];
  const words = (most: number) =>
    `x${Array.from({ length: Math.floor(random() * most) }, () => letters[Math.floor(random() * letters.length)]).join("")}`.trim();
  return checkedList({
    title: words(20),
    ...(random() < 0.5 && { note: `${words(10)}\n${words(10)}` }),
    units: Array.from({ length: Math.floor(random() * 12) }, () => ({
      layer: Math.floor(random() * 40),
      unit: Math.floor(random() * 1e6),
      ...(random() < 0.5 && { label: words(6) }),
      ...(random() < 0.5 && { description: words(20) }),
    })),
  });
}
