/** One unit: title and ways on, explanation, activations, relations, statistics, how it was made. */
import { Fragment, useCallback, useEffect, useRef, useState } from "react";
import { JumpChips } from "../components/JumpChips";
import { late } from "../components/Late";
import type { DatasetEntry, Site, UnitAddress } from "../nouns";
import { ActivationsPane } from "../panes/ActivationsPane";
import { ExplanationPane } from "../panes/ExplanationPane";
import { Present } from "../panes/Present";
import { UnitHead } from "../panes/UnitHead";
import { formatRoute, navigate, type Route, toolHref } from "../route";
import { liveModel } from "../tools";
import { elsewhere, type UnitView } from "../view";
import { placeOf, unitName } from "../words";

const FramedUnit = late(async () => (await import("./FramedUnit")).FramedUnit, 8);
const Rail = late(async () => (await import("../panes/Rail")).Rail, 12);
const TryPane = late(async () => (await import("../panes/TryPane")).TryPane, 5);
const AddToList = late(async () => (await import("../panes/AddToList")).AddToList, 0);

export type Props = { site: Site; dataset: DatasetEntry; layer: number; unit: number; view: UnitView };

/** Units that shall go into a list; null until the first time, and none again once it is said into which. */
type Adding = readonly UnitAddress[] | null;

const panesOf = (name: string, live: boolean) =>
  [
    ["explanation", "Explanation"],
    ...(live ? ([["try", "Try a text"]] as const) : []),
    ["activations", "Activations"],
    ["related-tokens", "Tokens"],
    ["related-units", `${name}s`],
    ["logits", "Logits"],
    ["statistics", "Statistics"],
    ["provenance", "How it was made"],
  ] as const;

export function UnitPage(props: Props) {
  const { framed } = props.view;
  return framed ? <FramedUnit {...props} panes={framed} /> : <WholeUnit {...props} />;
}

function WholeUnit({ site, dataset, layer, unit, view }: Props) {
  const name = unitName(dataset.source);
  useEffect(() => {
    document.title = `Layer ${layer} · ${name} ${unit} · ${dataset.title}`;
  }, [dataset.title, name, layer, unit]);
  const routeTo = (to: UnitAddress, shown: UnitView): Route => ({
    page: "unit",
    dataset: dataset.name,
    ...to,
    view: shown,
  });
  const latest = useRef(view);
  latest.current = view;
  const onView = useCallback(
    (change: (before: UnitView) => UnitView) => {
      latest.current = change(latest.current);
      navigate({ page: "unit", dataset: dataset.name, layer, unit, view: latest.current }, { replace: true });
    },
    [dataset.name, layer, unit],
  );
  const [adding, setAdding] = useState<Adding>(null);
  const place = `${dataset.name} ${layer} ${unit}`;
  const live = liveModel(site, dataset) !== undefined;
  const unitProps = { dataset, name, at: { layer, unit } };
  const routeOn = (to: UnitAddress) => routeTo(to, elsewhere(view));
  const hrefOf = (to: UnitAddress) => formatRoute(routeOn(to));
  const benchHref = toolHref(dataset.name, "workbench", [`${layer}`, `${unit}`]);
  // what is unfolded here need not be there
  const afresh = (to: UnitAddress) => formatRoute(routeTo(to, { ...view, open: [] }));
  const compareHref = (...others: UnitAddress[]) =>
    toolHref(dataset.name, "compare", [], `units=${[{ layer, unit }, ...others].map(placeOf)}`);
  return (
    <>
      <UnitHead
        {...unitProps}
        hrefOf={hrefOf}
        compareHref={compareHref()}
        onGo={(to) => navigate(routeOn(to))}
        onAdd={() => setAdding([{ layer, unit }])}
      />
      {adding && (
        <AddToList
          {...{ dataset, name }}
          units={adding}
          listHref={(id) => toolHref(dataset.name, "lists", [id])}
          onClose={() => setAdding([])}
        />
      )}
      <Present {...unitProps} hrefOf={hrefOf}>
        <JumpChips panes={panesOf(name, live)} />
        <Fragment key={place}>
          <ExplanationPane {...unitProps} {...{ view, onView, benchHref }} />
          {live && (
            <TryPane
              {...unitProps}
              {...{ site, onView }}
              text={view.text}
              promptHref={(query) => toolHref(dataset.name, "prompt", [], query)}
            />
          )}
          <div className="columns">
            <ActivationsPane {...unitProps} {...{ view, onView }} />
            <Rail {...unitProps} {...{ view, onView, compareHref }} hrefOf={afresh} />
          </div>
        </Fragment>
      </Present>
    </>
  );
}
