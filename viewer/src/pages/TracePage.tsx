/** A traced prompt: which units at which tokens moved the model's output; what is set stands in the link. */
import "../styles/live.css";
import "../styles/explore.css";
import "../styles/trace.css";
import "../styles/traceGraph.css";
import "../styles/traceSums.css";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { CopyLink } from "../components/CopyLink";
import { late } from "../components/Late";
import type { UnitAddress } from "../nouns";
import { TracePane } from "../panes/TracePane";
import { formatRoute, navigate, type Route, toolHref } from "../route";
import { FIRST_TRACING, formatTracing, parseTracing, type Tracing } from "../trace";
import { FIRST_VIEW } from "../view";
import { unitName } from "../words";
import type { ToolProps } from "./ToolPage";

const AddToList = late(async () => (await import("../panes/AddToList")).AddToList, 0);

export function TracePage({ site, dataset, route }: ToolProps) {
  const { name } = dataset;
  const state = useMemo(() => parseTracing(route.query), [route.query]);
  const latest = useRef(state);
  latest.current = state;
  useEffect(() => {
    document.title = `Trace · ${dataset.title}`;
  }, [dataset.title]);
  const go = useCallback(
    (id: string | null, next: Tracing, replace: boolean) => {
      latest.current = next;
      const rest = id === null ? [] : [id];
      navigate({ page: "tool", dataset: name, tool: "trace", rest, query: formatTracing(next) }, { replace });
    },
    [name],
  );
  const onState = useCallback(
    (id: string, change: Partial<Tracing>) => go(id, { ...latest.current, ...change }, true),
    [go],
  );
  const routeTo = (to: UnitAddress): Route => ({ page: "unit", dataset: name, ...to, view: FIRST_VIEW });
  const [adding, setAdding] = useState<readonly UnitAddress[] | null>(null); // empty: what was done is still told
  return (
    <>
      <header className="head">
        <h1 tabIndex={-1}>Trace</h1>
        <nav aria-label="Ways on">
          <CopyLink />
        </nav>
      </header>
      <TracePane
        {...{ site, dataset, state, onState }}
        id={route.rest[0] ?? null}
        hrefOf={(id) => toolHref(name, "trace", [id])}
        onTraced={(id, model) => go(id, { ...FIRST_TRACING, model }, false)}
        unitHref={(to) => formatRoute(routeTo(to))}
        onOpen={(to) => navigate(routeTo(to))}
        onList={setAdding}
      />
      {adding && (
        <AddToList
          {...{ dataset }}
          name={unitName(dataset.source)}
          units={adding}
          listHref={(id) => toolHref(name, "lists", [id])}
          onClose={() => setAdding([])}
        />
      )}
    </>
  );
}
