/** What this dataset is, in two sentences, and the quickest ways in. */
import { manifestQuery } from "../api";
import { SearchField } from "../components/SearchField";
import { anyUnit } from "../neighbours";
import type { DatasetEntry, Manifest, UnitAddress } from "../nouns";
import { hasRecords } from "../parts";
import { useQuery } from "../queries";
import { plural } from "../words";
import { QueryView } from "./QueryView";

type Props = {
  dataset: DatasetEntry;
  name: string;
  onGo: (to: UnitAddress) => void;
  onSearch: ((text: string) => void) | null; // null where the dataset cannot be searched
  ways: readonly { title: string; about: string; href: string }[]; // to other pages
};

export function Intro({ dataset, name, onGo, onSearch, ways }: Props) {
  const query = useQuery(manifestQuery(dataset));
  const surprise = (manifest: Manifest) => {
    const to = anyUnit(manifest.layers);
    if (to) onGo(to);
  };
  return (
    <header className="intro">
      <h1 tabIndex={-1}>{dataset.model ?? dataset.title}</h1>
      <p className="lede">
        What does each {name.toLowerCase()} of this language model respond to?{" "}
        {hasRecords(dataset)
          ? "Pick one and read the texts that move it most, a fair sample of the rest, and its numbers over all of them."
          : "Pick one and read what was said of it; this dataset holds words alone, and no texts to hold them against."}
      </p>
      <QueryView query={query} lines={2} missing="This dataset does not say what it holds.">
        {(manifest) => (
          <>
            <p className="note">{summary(manifest, name.toLowerCase())}</p>
            <div className="ways">
              <button type="button" className="main" onClick={() => surprise(manifest)}>
                Surprise me
              </button>
              <span className="note keys">
                or go to one by its numbers with <kbd>g</kbd>; all keys with <kbd>?</kbd>
              </span>
            </div>
          </>
        )}
      </QueryView>
      <nav aria-label="Pages">
        <ul className="pages">
          {ways.map(({ title, about, href }) => (
            <li key={title}>
              <a href={href}>{title}</a> <span className="note">{about}</span>
            </li>
          ))}
        </ul>
      </nav>
      {onSearch && (
        <SearchField className="search wide" label="Search explanations and tokens" onSearch={onSearch} />
      )}
    </header>
  );
}

function summary({ layers, model, corpus }: Manifest, name: string): string {
  const units = layers.reduce((sum, layer) => sum + layer.units, 0);
  const of = model.layers && model.layers > layers.length ? ` of the model's ${model.layers}` : "";
  const here = `${plural(units, name)} in ${plural(layers.length, "layer")}${of}`;
  if (!corpus) return `${here}.`;
  return `${here}, over ${plural(corpus.sequences, "text")} of ${plural(corpus.sequence_length, "token")}: ${corpus.name}.`;
}
