/** A dashboard of units with their records: which one is shown, how, and the unit itself. */
import { useCallback, useMemo, useRef, useState } from "react";
import { Choice } from "../components/Choice";
import { Boundary } from "../components/Pane";
import { Failed, Loading } from "../components/States";
import { groupsOf } from "../groups";
import { useKeys } from "../keys";
import type { Entry, ScaleOf, ShownUnit } from "../shown";
import { FIRST_VIEW, type UnitView } from "../view";
import { plural } from "../words";
import { Bar } from "./Bar";
import { commonScale, keyBeside } from "./finding";
import { ShownPanes } from "./ShownPanes";
import type { Source } from "./source";
import type { Themed } from "./themes";
import { UnitFinder } from "./UnitFinder";
import { usePrinting } from "./usePrinting";
import { useUnit } from "./useUnit";

const SCALES: readonly (readonly [ScaleOf, string])[] = [
  ["unit", "Each unit's scale"],
  ["shared", "One for all units"],
];

type Props = { source: Source; themed: Themed };

export function Records({ source, themed }: Props) {
  const { head } = source;
  const [key, setKey] = useState(head.directory[0]?.key ?? "");
  const [listed, setListed] = useState<readonly Entry[]>(head.directory);
  const [scale, setScale] = useState<ScaleOf>(head.look.scale);
  const field = useRef<HTMLInputElement>(null);
  const common = useMemo(() => commonScale(head), [head]);
  const several = head.total > 1;
  const step = (by: 1 | -1) => () => {
    const to = keyBeside(listed, key, by);
    if (to !== null) setKey(to);
  };
  useKeys({
    j: ["Next unit", step(1)],
    k: ["Previous unit", step(-1)],
    "/": ["Find a unit", () => field.current?.focus()],
  });
  const of = head.provenance?.title;
  const about = `${plural(head.total, "unit")}${of && of !== head.title ? ` of ${of}` : ""}`;
  return (
    <>
      <Bar title={head.title} about={about} themed={themed} save={source.save}>
        {several && common && (
          <Choice legend="Colour scale" options={SCALES} value={scale} onChange={setScale} />
        )}
      </Bar>
      <div className={several ? "dash-body" : "dash-body one"}>
        {several && <UnitFinder {...{ source, field }} shown={key} onShow={setKey} onList={setListed} />}
        <Shown
          {...{ source }}
          id={key}
          common={scale === "shared" ? common : null}
          before={several && keyBeside(listed, key, -1) !== null ? step(-1) : null}
          after={several && keyBeside(listed, key, 1) !== null ? step(1) : null}
        />
      </div>
    </>
  );
}

type ShownProps = {
  source: Source;
  id: string;
  common: ReturnType<typeof commonScale>;
  before: (() => void) | null;
  after: (() => void) | null;
};

function Shown({ source, id, common, before, after }: ShownProps) {
  const [view, setView] = useState<UnitView>(FIRST_VIEW);
  const onView = useCallback((change: (before: UnitView) => UnitView) => setView(change), []);
  const { unit, problem, again } = useUnit(source, id);
  const printed = usePrinting<UnitView>(() => ({
    ...view,
    context: "full",
    open: unit ? groupKeys(unit) : [],
  }));
  if (problem) return <Failed message={problem} onRetry={again} />;
  if (!unit) return <Loading lines={12} />;
  return (
    <main className="dash-unit" aria-busy={unit.key !== id}>
      <header className="head">
        <h1 dir="auto">
          Unit {unit.key}
          {unit.name && unit.name !== firstWords(unit) && <span> · {unit.name}</span>}
        </h1>
        {(before || after) && (
          <nav aria-label="Other units">
            <button type="button" disabled={!before} onClick={() => before?.()}>
              ← Previous
            </button>
            <button type="button" disabled={!after} onClick={() => after?.()}>
              Next →
            </button>
          </nav>
        )}
      </header>
      <Boundary key={unit.key}>
        <ShownPanes {...{ unit, common, onView }} head={source.head} view={printed ?? view} />
      </Boundary>
    </main>
  );
}

const groupKeys = ({ record }: ShownUnit): string[] => groupsOf(record).map(({ key }) => key);

/** The best explanation, which has a pane of its own. */
const firstWords = ({ explanations }: ShownUnit): string | undefined => explanations?.[0]?.explanation;
