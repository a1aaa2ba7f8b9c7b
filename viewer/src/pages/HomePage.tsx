/** Where a person starts: what this is, lists, every layer's most selective units, and what else the site has. */
import { useEffect } from "react";
import { Datasets } from "../components/Datasets";
import type { DatasetEntry, Site, UnitAddress } from "../nouns";
import { Intro } from "../panes/Intro";
import { LayersPane } from "../panes/LayersPane";
import { LayerThere } from "../panes/LayerThere";
import { ListsPane } from "../panes/ListsPane";
import { formatRoute, navigate, type Route, toolHref } from "../route";
import { FIRST_SEARCH } from "../search";
import { waysOf } from "../tools";
import { FIRST_VIEW } from "../view";
import { unitName } from "../words";
import { NotFound } from "./NoticePage";

type Props = { site: Site; dataset: DatasetEntry; layer: number | null; searched: boolean };

export function HomePage(props: Props) {
  const { dataset, layer } = props;
  const way = formatRoute({ page: "home", dataset: dataset.name, layer: null });
  return (
    <LayerThere {...{ dataset, layer }} otherwise={(said) => <NotFound way={way}>{said}</NotFound>}>
      <Home {...props} />
    </LayerThere>
  );
}

function Home({ site, dataset, layer, searched }: Props) {
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
  const homeHref = (of: string, index: number | null) =>
    formatRoute({ page: "home", dataset: of, layer: index });
  const search = (q: string) =>
    navigate({ page: "search", dataset: dataset.name, search: { ...FIRST_SEARCH, q } });
  return (
    <div className="home">
      <Intro
        {...{ dataset, name }}
        onGo={(to) => navigate(routeTo(to))}
        onSearch={searched ? search : null}
        ways={waysOf(site, dataset).map(({ tool, ...way }) => ({
          ...way,
          href: toolHref(dataset.name, tool),
        }))}
      />
      <ListsPane {...{ dataset, hrefOf }} allHref={toolHref(dataset.name, "lists")} />
      <LayersPane
        {...{ dataset, layer, name, hrefOf }}
        layerHref={(index) => homeHref(dataset.name, index)}
      />
      <Datasets
        datasets={site.datasets.filter((other) => other !== dataset)}
        hrefOf={(other) => homeHref(other, null)}
      />
    </div>
  );
}
