/** Keys and words. */
import { actionsHere } from "../keys";

// Beside those that the parts of the page have.
const ALWAYS: readonly (readonly [string, string])[] = [
  ["Ctrl k", "pages, units, lists and actions by name (⌘ K on a Mac)"],
  ["Esc", "leave a text, a field, this help"],
];
const IN_TEXTS: readonly (readonly [string, string])[] = [
  ["Tab", "to the next text"],
  ["← →", "in a text: walk its tokens, from the peak"],
  ["Enter", "in a text: show more of it"],
  ["Shift F10", "in a text: copy it"],
];

// As the glossary in the README has them.
const WORDS: readonly (readonly [string, string])[] = [
  ["unit", "anything with one number per token: a neuron, a feature, a residual direction, a probe"],
  ["neuron", "one coordinate of the input of the MLP's output projection"],
  ["feature", "a latent of a sparse autoencoder (SAE)"],
  ["activation", "the number that the model computes at one place for one token"],
  ["peak", "the strongest token of a text; underlined"],
  ["fires", "has an activation above zero"],
  ["density", "the share of all tokens on which it fires, counted as the statistics say"],
  ["rank", "texts ordered by their strongest activation: rank 99–99.9% is near the top"],
  ["explanation", "words that say what a unit responds to"],
  ["simulated", "as a model predicts the activations from an explanation alone"],
  [
    "score",
    "how well an explanation predicts activations: Pearson's correlation of simulated with real ones over all tokens of the held-out texts together, unless another is named",
  ],
  [
    "interval",
    "where the true score lies, by a method that is right 95 times in 100; wide when texts are few",
  ],
  ["baseline", "what an explanation must beat to be worth something: token lookup, and shuffled"],
  [
    "token lookup",
    "the baseline that names a unit's strongest tokens, and expects of each its mean activation",
  ],
  ["shuffled", "the baseline that scores another unit's explanation"],
  [
    "calibration",
    "simulated numbers moved to the scale of the unit's own activations, as fitted on texts that are not scored",
  ],
  ["unparsed", "a position or text for which no usable answer came: never counted as 0"],
  ["logits", "one number per token of the vocabulary, from which comes how likely it is to be the next"],
];

export const Help = () => (
  <>
    <Terms className="keys" terms={keysHere()} />
    <Terms className="words" terms={WORDS} />
  </>
);

/** The keys that do something on the page that help was opened on. */
function keysHere(): (readonly [string, string])[] {
  const bound = actionsHere().flatMap(({ key, title }) => (key === null ? [] : [[key, title] as const]));
  const texts = document.querySelector(".heatmap") ? IN_TEXTS : [];
  return [...bound, ...texts, ...ALWAYS];
}

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
