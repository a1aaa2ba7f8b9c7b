/** A unit's workbench: its explanation edited, simulated again and set beside the old one; all choices in the link. */
import { useCallback, useEffect, useRef } from "react";
import { type Bench, formatBench, parseBench, unitOf } from "../bench";
import { Boundary } from "../components/Pane";
import { Empty } from "../components/States";
import type { UnitAddress } from "../nouns";
import { BenchPane } from "../panes/BenchPane";
import { Present } from "../panes/Present";
import { formatRoute, navigate } from "../route";
import { FIRST_VIEW } from "../view";
import { unitName } from "../words";
import type { ToolProps } from "./ToolPage";

export function WorkbenchPage({ site, dataset, route }: ToolProps) {
  const at = unitOf(route.rest);
  const name = unitName(dataset.source);
  const place = at ? `Layer ${at.layer} · ${name} ${at.unit}` : "";
  useEffect(() => {
    document.title = `Workbench${place && ` · ${place}`} · ${dataset.title}`;
  }, [place, dataset.title]);
  if (!at)
    return (
      <header className="head">
        <h1 tabIndex={-1}>Workbench</h1>
        <Empty>
          This link names no {name.toLowerCase()}: after “workbench” stand its layer and its number, such as
          workbench/3/17.
        </Empty>
      </header>
    );
  return <OfUnit key={place} {...{ site, dataset, route, at, name }} />;
}

type Props = ToolProps & { at: UnitAddress; name: string };

function OfUnit({ site, dataset, route, at, name }: Props) {
  const bench = parseBench(route.query);
  const latest = useRef(bench);
  latest.current = bench;
  const routeTo = useCallback(
    ({ layer, unit }: UnitAddress, query: string) =>
      ({
        page: "tool",
        dataset: dataset.name,
        tool: "workbench",
        rest: [`${layer}`, `${unit}`],
        query,
      }) as const,
    [dataset.name],
  );
  const { layer, unit } = at;
  const onBench = useCallback(
    (change: (before: Bench) => Bench) => {
      latest.current = change(latest.current);
      navigate(routeTo({ layer, unit }, formatBench(latest.current)), { replace: true });
    },
    [routeTo, layer, unit],
  );
  return (
    <>
      <header className="head">
        <h1 tabIndex={-1}>
          Workbench <span>·</span> Layer {layer} <span>·</span> {name} {unit}
        </h1>
        <nav aria-label="Ways on">
          <a href={formatRoute({ page: "unit", dataset: dataset.name, ...at, view: FIRST_VIEW })}>
            The {name.toLowerCase()}’s page
          </a>
        </nav>
      </header>
      <Present {...{ dataset, at, name }} hrefOf={(to) => formatRoute(routeTo(to, ""))}>
        <Boundary>
          <BenchPane {...{ site, dataset, at, name, bench, onBench }} />
        </Boundary>
      </Present>
    </>
  );
}
