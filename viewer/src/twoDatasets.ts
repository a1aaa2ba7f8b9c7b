/** What two datasets say of themselves in; where they differ, and what that means for a unit of both, out. Pure. */
import type { LayerMatches, Manifest, UnitAddress, UnitMatch } from "./nouns";
import { count, twoDecimals } from "./tokens";
import { plural, unitName } from "./words";

/** `same` null: not known, since one of the two does not say. `meaning` is empty where they are the same. */
export type Difference = {
  name: string;
  values: readonly [string, string];
  same: boolean | null;
  meaning: string;
};

type Fact = {
  name: string;
  of: (manifest: Manifest) => string | null; // what is compared; null where it is not said
  said: (manifest: Manifest) => string;
  meaning: string;
};

const FACTS: readonly Fact[] = [
  {
    name: "Model",
    of: ({ model }) => model.name,
    said: ({ model }) => model.name,
    meaning:
      "Two models share no order of their units: the same layer and number is another place, and nothing but the number is alike.",
  },
  {
    name: "Weights",
    of: ({ model }) => model.hash ?? null,
    said: ({ model }) => hashed(model.hash),
    meaning:
      "With other weights the same number is the same place only where one model was trained on from the other.",
  },
  {
    name: "Units",
    of: ({ source }) => JSON.stringify([source.kind, source.hook ?? null, source.hash ?? null]),
    said: ({ source }) => [`${unitName(source.kind)}s`, source.hook].filter(Boolean).join(", "),
    meaning:
      "Units of another kind or place are counted anew: the same number says nothing, nor do their activations' sizes.",
  },
  {
    name: "Layers",
    of: ({ layers }) => layers.map(({ index }) => index).join(),
    said: ({ layers }) => `${plural(layers.length, "layer")}: ${layers.map(({ index }) => index).join(", ")}`,
    meaning: "A layer that only one of them has cannot be compared.",
  },
  {
    name: "Texts",
    of: ({ corpus }) => corpus?.hash ?? null,
    said: ({ corpus }) =>
      corpus
        ? `${corpus.name}: ${count(corpus.sequences)} texts of ${plural(corpus.sequence_length, "token")}`
        : "not said",
    meaning:
      "Maxima, densities and ranks are over different texts, so that a difference may be one of the texts alone; only the texts with the same tokens compare directly.",
  },
  {
    name: "First position",
    of: ({ source }) => source.bos ?? null,
    said: ({ source }) => source.bos ?? "not said",
    meaning:
      "What counts at the beginning of a text differs, and so do maxima where units are strongest there.",
  },
  {
    name: "Density",
    of: ({ source }) => source.density_definition ?? null,
    said: ({ source }) => source.density_definition ?? "not said",
    meaning: "The densities count different things.",
  },
];

export function differencesOf(one: Manifest, other: Manifest): Difference[] {
  return FACTS.map(({ name, of, said, meaning }) => {
    const [left, right] = [of(one), of(other)];
    const same = left === null || right === null ? null : left === right;
    const unknown = "Not known to be the same, since a dataset does not say; where it is not: ";
    const means = same ? "" : same === null ? unknown + meaning : meaning;
    return { name, values: [said(one), said(other)], same, meaning: means };
  });
}

/** Whether document numbers mean the same in both. */
export const sameCorpus = (one: Manifest, other: Manifest): boolean =>
  one.corpus?.hash != null && one.corpus.hash === other.corpus?.hash;

/** What all of it comes to, in a sentence. */
export function verdictOf(differences: readonly Difference[]): string {
  const names = (same: boolean | null) =>
    differences.filter((one) => one.same === same).map(({ name }) => name.toLowerCase());
  const [differ, unknown] = [names(false), names(null)];
  if (differ.length + unknown.length === 0)
    return "Model, units and texts are the same in both: the numbers compare directly.";
  const said = [
    differ.length > 0 && `They differ in ${listed(differ)}`,
    unknown.length > 0 && `whether they agree in ${listed(unknown)} is not known`,
  ];
  const sentence = said.filter(Boolean).join("; ");
  return `${sentence[0]?.toUpperCase()}${sentence.slice(1)}.`;
}

const listed = (names: readonly string[]): string => names.join(", ").replace(/, ([^,]*)$/, " and $1");

const hashed = (hash: string | null | undefined): string =>
  hash ? hash.replace(/^(\w+):(\w{12})\w*$/, "$1 $2…") : "not said";

/** The units of the other dataset that act most like one, most alike first; none where the file does not have it. */
export const partnersOf = ({ unit, matches }: LayerMatches, at: UnitAddress): readonly UnitMatch[] =>
  matches[unit.indexOf(at.unit)] ?? [];

/** What a partner is called among the others. */
export const partnerName = ({ layer, unit, correlation }: UnitMatch): string =>
  `${layer}:${unit} (${twoDecimals(correlation)})`;
