/** How a search is written. */
import { Rows } from "./Rows";

const HINTS = [
  { name: "hero", value: "has hero, also inside a word such as superhero" },
  { name: "big hero", value: "has both words, anywhere" },
  { name: '"big hero"', value: "has the two words in a row" },
  { name: "hero OR villain", value: "has at least one of the two" },
  { name: "hero NOT villain", value: "has the first word and not the second; brackets group" },
  { name: "hero*", value: "has a word that begins so" },
  { name: "heroe~", value: "has a word one letter away, in spelling; heroe~2: two letters" },
];

export const SearchHints = () => <Rows className="facts hints" rows={HINTS} />;
