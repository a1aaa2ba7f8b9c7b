/** A dataset by layer: pick one and see its units. */
import { manifestQuery } from "../api";
import { Pane } from "../components/Pane";
import { Empty } from "../components/States";
import type { DatasetEntry, LayerInfo, UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import { LayerPane } from "./LayerPane";
import { QueryView } from "./QueryView";

type Props = {
  dataset: DatasetEntry;
  layer: number | null;
  name: string;
  hrefOf: (to: UnitAddress) => string;
  layerHref: (layer: number) => string;
};

export function LayersPane({ dataset, layer, name, hrefOf, layerHref }: Props) {
  const query = useQuery(manifestQuery(dataset));
  const shown = layer ?? query.data?.layers[0]?.index;
  const ranked = dataset.parts.includes("units") && shown !== undefined;
  return (
    <Pane
      id="layers"
      title={`${name}s by layer`}
      ask={ranked ? { kind: "units", sort: "kurtosis", layers: [shown], limit: 60 } : { kind: "manifest" }}
    >
      <QueryView query={query} lines={12} missing="This dataset does not say which layers it holds.">
        {({ layers }) => {
          const chosen = layer === null ? layers[0] : layers.find(({ index }) => index === layer);
          return (
            <>
              <Layers {...{ layers, layerHref }} chosen={chosen?.index ?? null} />
              {chosen ? (
                <LayerPane
                  key={`${dataset.name} ${chosen.index}`}
                  {...{ dataset, name, hrefOf, layer: chosen }}
                />
              ) : (
                <Empty>This dataset has no layers.</Empty>
              )}
            </>
          );
        }}
      </QueryView>
    </Pane>
  );
}

type LayersProps = {
  layers: readonly LayerInfo[];
  chosen: number | null;
  layerHref: (layer: number) => string;
};

function Layers({ layers, chosen, layerHref }: LayersProps) {
  return (
    <ul className="layers" aria-label="Layers">
      {layers.map(({ index }) => (
        <li key={index}>
          <a href={layerHref(index)} aria-current={index === chosen ? "true" : undefined}>
            <span className="hidden">Layer</span> {index}
          </a>
        </li>
      ))}
    </ul>
  );
}
