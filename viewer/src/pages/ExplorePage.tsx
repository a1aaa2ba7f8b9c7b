/** All units of a dataset at once: a table, a plot and the layers, with the same filters. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { late } from "../components/Late";
import { LinkedHead } from "../components/LinkedHead";
import { type Exploring, FIRST, FIRST_OF_WORDS, formatExploring, leftOut, parseExploring } from "../explore";
import type { UnitAddress } from "../nouns";
import { ExplorePane } from "../panes/ExplorePane";
import { hasRecords } from "../parts";
import { formatRoute, navigate, type Route, toolHref } from "../route";
import "../styles/explore.css";
import { FIRST_VIEW } from "../view";
import { unitName } from "../words";
import type { ToolProps } from "./ToolPage";

const AddToList = late(async () => (await import("../panes/AddToList")).AddToList, 0);

/** Where the table's cursor was, by link: whoever comes back from a unit goes on there. */
const cursors = new Map<string, number>();

export function ExplorePage({ dataset, route }: ToolProps) {
  const { query } = route;
  const first = hasRecords(dataset) ? FIRST : FIRST_OF_WORDS;
  const state = useMemo(() => parseExploring(query, first), [query, first]);
  useEffect(() => {
    document.title = `Explore · ${dataset.title}`;
  }, [dataset.title]);
  const latest = useRef({ state, route, first });
  latest.current = { state, route, first };
  const onState = useCallback((change: Partial<Exploring>) => {
    const next = { ...latest.current.state, ...change };
    latest.current.state = next;
    const shortest = formatExploring(next, latest.current.first);
    navigate({ ...latest.current.route, rest: [], query: shortest }, { replace: true });
  }, []);
  const routeTo = (to: UnitAddress): Route => ({
    page: "unit",
    dataset: dataset.name,
    ...to,
    view: FIRST_VIEW,
  });
  const place = `${dataset.name} ${query}`;
  const [adding, setAdding] = useState<readonly UnitAddress[] | null>(null); // empty: what was done is still told
  const listHref = (id: string) => toolHref(dataset.name, "lists", [id]);
  return (
    <div className="explore">
      <LinkedHead title="Explore" leftOut={leftOut(query)} />
      <ExplorePane
        {...{ dataset, state, onState }}
        name={unitName(dataset.source)}
        hrefOf={(to) => formatRoute(routeTo(to))}
        onOpen={(to) => navigate(routeTo(to))}
        onList={setAdding}
        row={cursors.get(place) ?? 0}
        onRow={(row) => cursors.set(place, row)}
      />
      {adding && (
        <AddToList
          {...{ dataset, listHref }}
          name={unitName(dataset.source)}
          units={adding}
          onClose={() => setAdding([])}
        />
      )}
    </div>
  );
}
