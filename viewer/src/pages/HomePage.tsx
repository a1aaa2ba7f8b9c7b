/** Where a person starts: what this is, lists, and every layer's most selective units. */
import { useEffect } from "react";
import type { DatasetEntry, UnitAddress } from "../nouns";
import { Intro } from "../panes/Intro";
import { LayersPane } from "../panes/LayersPane";
import { ListsPane } from "../panes/ListsPane";
import { formatRoute, navigate, type Route } from "../route";
import { FIRST_VIEW } from "../view";
import { unitName } from "../words";

export function HomePage({ dataset, layer }: { dataset: DatasetEntry; layer: number | null }) {
  const name = unitName(dataset.source);
  useEffect(() => {
    document.title = `${dataset.title} · Neuronscope`;
  }, [dataset.title]);
  const routeTo = (to: UnitAddress): Route => ({
    page: "unit",
    dataset: dataset.name,
    ...to,
    view: FIRST_VIEW,
  });
  const hrefOf = (to: UnitAddress) => formatRoute(routeTo(to));
  const layerHref = (index: number) => formatRoute({ page: "home", dataset: dataset.name, layer: index });
  return (
    <div className="home">
      <Intro {...{ dataset, name }} onGo={(to) => navigate(routeTo(to))} />
      <ListsPane {...{ dataset, hrefOf }} />
      <LayersPane {...{ dataset, layer, name, hrefOf, layerHref }} />
    </div>
  );
}
