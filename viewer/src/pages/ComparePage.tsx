/** Units side by side, two explanations of one, or one unit in two datasets; all of it stands in the link. */
import "../styles/compare.css";
import { useCallback, useEffect, useMemo, useRef } from "react";
import {
  type Change,
  type Compared,
  type CompareView,
  FIRST,
  formatComparison,
  leftOut,
  MOST,
  nameOf,
  parseComparison,
  type Side,
  waysOf,
} from "../compare";
import { CompareWays } from "../components/CompareWays";
import { LinkedHead } from "../components/LinkedHead";
import type { DatasetEntry, UnitAddress } from "../nouns";
import { DatasetsCompared } from "../panes/DatasetsCompared";
import { ExplanationsCompared } from "../panes/ExplanationsCompared";
import { MatchedPane } from "../panes/MatchedPane";
import { PairAcross, PairsPane } from "../panes/PairsPane";
import { PickPane } from "../panes/PickPane";
import { Sides } from "../panes/Sides";
import { formatRoute, navigate, type Route } from "../route";
import { whyNot } from "../search";
import { FIRST_VIEW } from "../view";
import { unitName } from "../words";
import type { ToolProps } from "./ToolPage";

export function ComparePage({ site, dataset, route }: ToolProps) {
  const { query } = route;
  const { compared, view } = useMemo(() => parseComparison(query), [query]);
  const name = unitName(dataset.source);
  const title = titleOf(compared);
  useEffect(() => {
    document.title = `${title} · ${dataset.title}`;
  }, [title, dataset.title]);
  const routeTo = (to: Compared, shown: CompareView): Route => ({
    ...route,
    query: formatComparison({ compared: to, view: shown }),
  });
  const latest = useRef({ compared, view });
  latest.current = { compared, view };
  const onView = useCallback<Change>(
    (change) => {
      latest.current = { ...latest.current, view: change(latest.current.view) };
      const to = formatComparison(latest.current);
      navigate(
        { page: "tool", dataset: dataset.name, tool: "compare", rest: [], query: to },
        { replace: true },
      );
    },
    [dataset.name],
  );
  // what was unfolded belongs to what was compared
  const go = (to: Compared) => navigate(routeTo(to, { ...view, open: [] }));
  const shown = { name, view, onView };
  const others = site.datasets.filter((one) => one !== dataset && one.status === "ready");
  return (
    <div className="compare">
      <LinkedHead {...{ title }} leftOut={leftOut(query)} />
      <CompareWays
        ways={waysOf(compared, dataset.parts.includes("explanations") || site.writing, dataset, others)}
        hrefOf={(to) => formatRoute(routeTo(to, FIRST))}
      />
      {compared.of === "units" && (
        <Units
          {...{ site, dataset, ...shown }}
          units={compared.units}
          onUnits={(units) => go({ of: "units", units })}
        />
      )}
      {compared.of === "explanations" && (
        <ExplanationsCompared
          {...{ site, dataset, ...shown }}
          at={compared.unit}
          names={compared.explanations}
          onNames={(explanations) => go({ ...compared, explanations })}
        />
      )}
      {compared.of === "datasets" && (
        <TwoDatasets
          {...{ site, dataset, ...shown, compared }}
          onMatch={(match) => go({ ...compared, match })}
        />
      )}
    </div>
  );
}

function titleOf(compared: Compared): string {
  if (compared.of === "explanations") return `Explanations of ${nameOf(compared.unit)}`;
  if (compared.of === "datasets") return `${nameOf(compared.unit)} in two datasets`;
  if (compared.units.length > MOST) return "Compare too many";
  const named = compared.units.map(nameOf).join(", ");
  return `Compare ${named.replace(/, (\S+)$/, " and $1")}`.trim();
}

type Shown = { name: string; view: CompareView; onView: Change };
type UnitsProps = Shown &
  Pick<ToolProps, "site" | "dataset"> & {
    units: readonly UnitAddress[];
    onUnits: (units: readonly UnitAddress[]) => void;
  };

function Units({ site, dataset, units, onUnits, name, view, onView }: UnitsProps) {
  const sides = useMemo(() => units.map((at) => sideOf(dataset, at, false)), [dataset, units]);
  const fits = units.length > 1 && units.length <= MOST;
  return (
    <>
      <PickPane
        {...{ dataset, units, name, onUnits }}
        searched={whyNot(site, dataset) === null}
        hrefOf={(at) => sideOf(dataset, at, false).href}
        onGo={navigate}
      />
      {fits && (
        <Sides {...{ sides, name: name.toLowerCase(), view, onView, placed: true }}>
          <PairsPane {...{ sides, placed: true }} />
        </Sides>
      )}
    </>
  );
}

type TwoProps = Shown &
  Pick<ToolProps, "site" | "dataset"> & {
    compared: Compared & { of: "datasets" };
    onMatch: (match: number | null) => void;
  };

function TwoDatasets({ site, dataset, compared, onMatch, name, view, onView }: TwoProps) {
  const { unit, match } = compared;
  const other = site.datasets.find((one) => one.name === compared.other);
  if (!other) return <p className="lede">There is no dataset with the name {compared.other}.</p>;
  if (other === dataset) return <p className="lede">Both names are of one dataset: pick another one.</p>;
  if (other.status !== "ready")
    return (
      <p className="lede">
        {other.title} is not open: {other.detail ?? "it is being opened"}.
      </p>
    );
  return (
    <DatasetsCompared datasets={[dataset, other]}>
      {(placed) => (
        <MatchedPane {...{ dataset, other, match, onMatch }} at={unit}>
          {(partner) => {
            const sides = [sideOf(dataset, unit, true), sideOf(other, partner, true)];
            return (
              <Sides {...{ sides, name: name.toLowerCase(), view, onView, placed }}>
                <PairAcross {...{ sides, placed }} />
              </Sides>
            );
          }}
        </MatchedPane>
      )}
    </DatasetsCompared>
  );
}

const sideOf = (dataset: DatasetEntry, at: UnitAddress, several: boolean): Side => ({
  dataset,
  at,
  name: several ? `${dataset.name} ${nameOf(at)}` : nameOf(at),
  href: formatRoute({ page: "unit", dataset: dataset.name, ...at, view: FIRST_VIEW }),
});
