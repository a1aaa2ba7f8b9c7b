/** What the palette leads to from wherever it is opened: pages, datasets, lists, units, searches. */
import type { DatasetEntry, Site } from "../nouns";
import { PalettePane, PlainPalette, type Ways } from "../panes/PalettePane";
import { navigate } from "../route";
import { FIRST_SEARCH } from "../search";
import { waysOf } from "../tools";
import { FIRST_VIEW } from "../view";

type Props = {
  site: Site | undefined;
  dataset: DatasetEntry | undefined;
  searched: string | null; // the dataset, where it can be searched
  onClose: () => void;
};

export function Palette({ site, dataset, searched, onClose }: Props) {
  const ways = waysFrom(site, dataset);
  if (!site || dataset?.status !== "ready") return <PlainPalette {...{ ways, onClose }} />;
  return <PalettePane {...{ site, dataset, ways, onClose }} searched={searched !== null} />;
}

function waysFrom(site: Site | undefined, dataset: DatasetEntry | undefined): Ways {
  const name = dataset?.name ?? "";
  const home = (of: string | null) => () => navigate({ page: "home", dataset: of, layer: null });
  const tool = (tool: Ways["tools"][number]["tool"], rest: string[] = []) =>
    navigate({ page: "tool", dataset: name, tool, rest, query: "" });
  return {
    tools: site && dataset ? waysOf(site, dataset) : [],
    datasets: (site?.datasets ?? []).filter((other) => other !== dataset),
    toTool: tool,
    toList: (id) => tool("lists", [id]),
    toHome: home(dataset?.name ?? null),
    toDataset: (of) => home(of)(),
    toUnit: (at) => navigate({ page: "unit", dataset: name, ...at, view: FIRST_VIEW }),
    toSearch: (q) => navigate({ page: "search", dataset: name, search: { ...FIRST_SEARCH, q } }),
    go: (to) => navigate(to.page === "unit" ? { ...to, dataset: to.dataset ?? dataset?.name ?? null } : to),
  };
}
