/** What a search of a dataset finds; all of the search stands in the link. */
import { useEffect } from "react";
import type { DatasetEntry, UnitAddress } from "../nouns";
import { SearchPane } from "../panes/SearchPane";
import { formatRoute, navigate } from "../route";
import type { Search } from "../search";
import { visible } from "../tokens";
import { FIRST_VIEW } from "../view";
import { unitName } from "../words";

export { firstFound } from "../panes/FoundPane";

type Props = { dataset: DatasetEntry; search: Search; refused: string | null };

export function SearchPage({ dataset, search, refused }: Props) {
  const asked = visible(search.q) || "Search";
  useEffect(() => {
    document.title = `${asked} · ${dataset.title}`;
  }, [asked, dataset.title]);
  const onSearch = (to: Search, replace: boolean) =>
    navigate({ page: "search", dataset: dataset.name, search: to }, { replace });
  const hrefOf = (to: UnitAddress) =>
    formatRoute({ page: "unit", dataset: dataset.name, ...to, view: FIRST_VIEW });
  return (
    <div className="home">
      <h1 tabIndex={-1}>Search</h1>
      {refused ? (
        <p className="lede">{refused}</p>
      ) : (
        <SearchPane {...{ dataset, search, onSearch, hrefOf }} name={unitName(dataset.source)} />
      )}
    </div>
  );
}
