/** Which of many choices a person means by some words: choices in, fewer and the likelier first out. Pure. */

export type Choice = { id: string; title: string; note?: string; key?: string | null };

/** Those that have every word; first those whose title begins as the words do. */
export function matching<C extends Choice>(choices: readonly C[], text: string): C[] {
  const asked = folded(text);
  const words = asked.split(/\s+/).filter(Boolean);
  const found = choices.filter(({ title, note }) => {
    const said = folded(`${title} ${note ?? ""}`);
    return words.every((word) => said.includes(word));
  });
  const rank = ({ title }: Choice) => {
    const said = folded(title);
    if (said.startsWith(asked)) return 0;
    return words.every((word) => said.includes(word)) ? 1 : 2;
  };
  return found.toSorted((a, b) => rank(a) - rank(b));
}

/** Upper and lower case, and letters with and without marks, are the same. */
const folded = (text: string): string => text.trim().normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
