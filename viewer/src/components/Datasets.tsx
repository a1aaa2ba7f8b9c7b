/** The other datasets of the site, each as a link and in a few words; nothing where there are none. */
import type { DatasetEntry } from "../nouns";
import { plural, unitName } from "../words";
import { Pane } from "./Pane";

type Props = { datasets: readonly DatasetEntry[]; hrefOf: (name: string) => string };

export function Datasets({ datasets, hrefOf }: Props) {
  if (datasets.length === 0) return null;
  return (
    <Pane id="datasets" title="Other datasets">
      <ul className="cards">
        {datasets.map((dataset) => (
          <li key={dataset.name}>
            <a href={hrefOf(dataset.name)}>
              <b>{dataset.title}</b>
              <span className="about">{inWords(dataset)}</span>
            </a>
          </li>
        ))}
      </ul>
    </Pane>
  );
}

/** "250 neurons in 5 layers of SmolLM2-135M", or why that is not known. */
function inWords({ status, units, layers, model, source }: DatasetEntry): string {
  if (status === "opening") return "is being opened";
  if (status === "failed") return "could not be opened";
  const named = model ? ` of ${model}` : "";
  if (units === null || layers === null) return `${unitName(source)}s${named}`;
  return `${plural(units, unitName(source).toLowerCase())} in ${plural(layers, "layer")}${named}`;
}
