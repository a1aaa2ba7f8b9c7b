/** One unit in a frame of another page: its name, which leads to the whole page, and the panes that the link names. */
import { Fragment, type ReactNode, useCallback, useEffect, useRef } from "react";
import { OpenContext } from "../components/Related";
import { ActivationsPane } from "../panes/ActivationsPane";
import { ExplanationPane } from "../panes/ExplanationPane";
import { LogitsPane } from "../panes/LogitsPane";
import { Present } from "../panes/Present";
import { ProvenancePane } from "../panes/ProvenancePane";
import { StatisticsPane } from "../panes/StatisticsPane";
import { TokensPane } from "../panes/TokensPane";
import { TryPane } from "../panes/TryPane";
import { UnitsPane } from "../panes/UnitsPane";
import { formatRoute, navigate, toolHref } from "../route";
import { type Change, elsewhere, type PaneName, type UnitView } from "../view";
import { unitName } from "../words";
import type { Props } from "./UnitPage";

export function FramedUnit({ panes, ...props }: Props & { panes: readonly PaneName[] }) {
  const { dataset, layer, unit, view } = props;
  const name = unitName(dataset.source);
  const hrefOf = (at: { layer: number; unit: number }, shown: UnitView = elsewhere(view)) =>
    formatRoute({ page: "unit", dataset: dataset.name, ...at, view: shown });
  const drawn = usePanes(props, name, (at) => hrefOf(at, { ...elsewhere(view), open: [] }));
  useNewTabs();
  useEffect(() => {
    document.title = `Layer ${layer} · ${name} ${unit} · ${dataset.title}`;
  }, [dataset.title, name, layer, unit]);
  return (
    <>
      <header className="head framed">
        <h1 tabIndex={-1}>
          <a href={hrefOf({ layer, unit })} title="The whole page, in a new tab">
            Layer {layer} <span>·</span> {name} {unit}
          </a>
        </h1>
        <span className="note">{dataset.title}</span>
      </header>
      <Present {...{ dataset, name, hrefOf }} at={{ layer, unit }}>
        <OpenContext value={{ view, onView: drawn.onView }}>
          {panes.map((pane) => (
            <Fragment key={pane}>{drawn.draw[pane]}</Fragment>
          ))}
        </OpenContext>
      </Present>
    </>
  );
}

type Drawn = { onView: Change; draw: Record<PaneName, ReactNode> };

/** Every pane by its name, and how a person changes what they show; the link of the frame holds it. */
function usePanes(
  { site, dataset, layer, unit, view }: Props,
  name: string,
  hrefOf: (at: { layer: number; unit: number }) => string,
): Drawn {
  const latest = useRef(view);
  latest.current = view;
  const onView: Change = useCallback(
    (change) => {
      latest.current = change(latest.current);
      navigate({ page: "unit", dataset: dataset.name, layer, unit, view: latest.current }, { replace: true });
    },
    [dataset.name, layer, unit],
  );
  const of = { dataset, name, at: { layer, unit } };
  const shown = { view, onView };
  const benchHref = toolHref(dataset.name, "workbench", [`${layer}`, `${unit}`]);
  const promptHref = (query: string) => toolHref(dataset.name, "prompt", [], query);
  const draw: Drawn["draw"] = {
    explanation: <ExplanationPane {...of} {...shown} benchHref={benchHref} />,
    try: <TryPane {...of} {...{ site, onView, promptHref }} text={view.text} />,
    activations: <ActivationsPane {...of} {...shown} />,
    "related-tokens": <TokensPane {...of} />,
    "related-units": <UnitsPane {...of} hrefOf={hrefOf} />,
    logits: <LogitsPane {...of} />,
    statistics: <StatisticsPane {...of} />,
    provenance: <ProvenancePane {...of} />,
  };
  return { onView, draw };
}

/** Every link opens in a new tab: the page that frames this one stays. */
function useNewTabs(): void {
  useEffect(() => {
    const base = document.createElement("base");
    base.target = "_blank";
    document.head.append(base);
    return () => base.remove();
  }, []);
}
