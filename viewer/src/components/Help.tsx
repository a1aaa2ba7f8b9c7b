/** Keys and words. */
const KEYS: readonly (readonly [string, string])[] = [
  ["j k", "next, previous"],
  ["] [", "same place in the next, previous layer"],
  ["g", "go to a layer and number"],
  ["e", "show every text, or fewer"],
  ["c", "copy the link of this page"],
  ["Tab", "to the next text"],
  ["← →", "in a text: walk its tokens, from the peak"],
  ["Enter", "in a text: show more of it"],
  ["Shift F10", "in a text: copy it"],
  ["Esc", "leave a text, a field, this help"],
];

const WORDS: readonly (readonly [string, string])[] = [
  ["activation", "the number that the model computes at one place for one token"],
  ["peak", "the strongest token of a text; underlined"],
  ["fires", "has an activation above zero"],
  ["density", "the share of all tokens on which it fires, counted as the statistics say"],
  ["rank", "texts ordered by their strongest activation: rank 99–99.9% is near the top"],
];

export const Help = () => (
  <>
    <Terms className="keys" terms={KEYS} />
    <Terms className="words" terms={WORDS} />
  </>
);

function Terms({ className, terms }: { className: string; terms: readonly (readonly [string, string])[] }) {
  return (
    <dl className={className}>
      {terms.map(([term, meaning]) => (
        <div key={term}>
          <dt>{className === "keys" ? term.split(" ").map((key) => <kbd key={key}>{key}</kbd>) : term}</dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
