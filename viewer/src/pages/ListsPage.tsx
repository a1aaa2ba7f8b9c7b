/** Lists of units: all of them, or the one that the link names, or has in itself. */
import { useEffect, useMemo } from "react";
import "../styles/lists.css";
import "../styles/said.css";
import { useDeeds } from "../deeds";
import type { UnitAddress } from "../nouns";
import { AllLists } from "../panes/AllLists";
import type { ListWays } from "../panes/listWays";
import { OneList } from "../panes/OneList";
import { formatRoute, navigate, type ToolRoute } from "../route";
import { FIRST_VIEW } from "../view";
import { whichList } from "../whichList";
import type { ToolProps } from "./ToolPage";

export function ListsPage({ site, dataset, route }: ToolProps) {
  const { name } = dataset;
  const ways = useMemo(() => waysOf(name), [name]);
  const which = whichList(route.rest, route.query);
  const deeds = useDeeds();
  const all = which.where === "all";
  useEffect(() => {
    if (all) document.title = `Lists · ${dataset.title}`;
  }, [all, dataset.title]);
  return (
    <div className="home lists">
      {all ? (
        <AllLists {...{ site, dataset, ways, deeds }} />
      ) : (
        <OneList key={[...route.rest, route.query].join(" ")} {...{ site, dataset, which, ways, deeds }} />
      )}
    </div>
  );
}

function waysOf(dataset: string): ListWays {
  const route = (rest: string[], query = ""): ToolRoute => ({
    page: "tool",
    dataset,
    tool: "lists",
    rest,
    query,
  });
  return {
    unit: (at: UnitAddress) => formatRoute({ page: "unit", dataset, ...at, view: FIRST_VIEW }),
    list: (id) => formatRoute(route([id])),
    all: formatRoute(route([])),
    open: (id) => navigate(route(id === null ? [] : [id])),
    address: (hash) => `${window.location.href.split("#")[0]}${hash}`,
    shared: (letters) => formatRoute(route([], `shared=${letters}`)),
  };
}
