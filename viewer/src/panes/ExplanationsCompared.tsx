/** Two explanations of one unit: their words and scores side by side, and where their simulations part. */
import { useMemo } from "react";
import { explanationsQuery, recordQuery } from "../api";
import { type Scale, scaleOf } from "../color";
import type { Change, CompareView } from "../compare";
import { ExplanationColumn } from "../components/ExplanationColumn";
import { Legend } from "../components/Legend";
import { Pane } from "../components/Pane";
import { type Stacked, StackedTexts } from "../components/StackedTexts";
import { Empty, Failed, Loading } from "../components/States";
import type { DatasetEntry, NeuronRecord, ScoredSimulation, Site, UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import { furthest, scoredTexts } from "../simulated";
import type { Sign } from "../tokens";
import {
  apartSaid,
  chosen,
  type Disputed,
  disputed,
  disputedCaption,
  type Named,
  named,
  offSaid,
} from "../twoExplanations";
import { annotationsQuery } from "../writing";

type Props = {
  site: Site;
  dataset: DatasetEntry;
  at: UnitAddress;
  name: string;
  names: readonly [string, string] | null;
  onNames: (names: readonly [string, string]) => void;
  view: CompareView;
  onView: Change;
};

export function ExplanationsCompared(props: Props) {
  const { site, dataset, at, name, names } = props;
  const offered = dataset.parts.includes("explanations");
  const own = useQuery(explanationsQuery(dataset, at), offered);
  const people = useQuery(annotationsQuery({ dataset, at }), site.writing);
  const unsettled = (wanted: boolean, { data, error }: { data: unknown; error: unknown }) =>
    wanted && data === undefined && error === null;
  if (unsettled(offered, own) || unsettled(site.writing, people)) return <Loading lines={8} />;
  const all = named(own.data?.scored_explanations ?? [], people.data?.explanations ?? []);
  const two = chosen(all, names);
  return (
    <>
      {people.error && <Failed message={people.error.message} onRetry={people.refetch} />}
      {two ? <Both {...props} {...{ all, two }} /> : <NotTwo {...{ all, names, name }} />}
    </>
  );
}

type NotTwoProps = { all: readonly Named[]; names: readonly string[] | null; name: string };

function NotTwo({ all, names, name }: NotTwoProps) {
  const lower = name.toLowerCase();
  if (names && all.length > 1)
    return (
      <Empty>
        This {lower} has no explanation {names.find((one) => !all.some((known) => known.name === one))}; it
        has {all.map((one) => one.name).join(", ")}.
      </Empty>
    );
  const has = all.length === 0 ? "no explanation" : "one explanation only";
  return (
    <Empty>
      This {lower} has {has}: there are no two to compare.
    </Empty>
  );
}

const WORKED =
  "A, B and what is real are put on one scale, where a simulator’s 10 is the unit’s maximum. What is said of a text is the " +
  "mean over its tokens of the size of A minus B, and of each one minus what is real, as a share of that scale.";

type BothProps = Props & { all: readonly Named[]; two: readonly [Named, Named] };

function Both({ dataset, at, all, two, onNames, view, onView }: BothProps) {
  const record = useQuery(recordQuery(dataset, at)).data;
  const [one, other] = two;
  const pick = (place: 0 | 1, to: string) => {
    const now = two.map(({ name }) => name);
    const before = now[place] ?? "";
    const swapped = now.map((name) => (name === to ? before : name)); // the same one twice is no comparison
    swapped[place] = to;
    onNames([swapped[0] ?? to, swapped[1] ?? to]);
  };
  const asks = [
    dataset.parts.includes("explanations") && { kind: "explanations" as const, at },
    two.some(({ name }) => name.startsWith("p.")) && { kind: "written" as const, at },
  ];
  const [left, right] = [one.explanation.scored_simulation, other.explanation.scored_simulation];
  return (
    <>
      <Pane id="explanations" title="Explanations" ask={asks}>
        <div className="two">
          {two.map((shown, place) => (
            <ExplanationColumn
              key={place === 0 ? "A" : "B"}
              letter={place === 0 ? "A" : "B"}
              {...{ all, shown }}
              onPick={(to) => pick(place === 0 ? 0 : 1, to)}
            />
          ))}
        </div>
      </Pane>
      <Pane
        id="disputed"
        title="Where they part"
        ask={left && right && [...asks, { kind: "record", at }]}
        worked={WORKED}
      >
        {left && right ? (
          <Apart {...{ left, right, record, view, onView }} />
        ) : (
          <Empty>
            {[left ? "" : "A", right ? "" : "B"].filter(Boolean).join(" and ")} was never simulated here, so
            there are no texts on which to compare them.
          </Empty>
        )}
      </Pane>
    </>
  );
}

type ApartProps = {
  left: ScoredSimulation;
  right: ScoredSimulation;
  record: NeuronRecord | undefined;
  view: CompareView;
  onView: Change;
};

function Apart({ left, right, record, view, onView }: ApartProps) {
  const scale = useMemo(
    () => scaleOf(record ?? { most_positive_activation_records: scoredTexts(left).map(({ real }) => real) }),
    [record, left],
  );
  const found = useMemo(() => disputed(left, right, scale), [left, right, scale]);
  const texts = useMemo(() => found.map((one) => stackedOf(one, scale)), [found, scale]);
  const counts = [scoredTexts(left).length, scoredTexts(right).length] as const;
  if (texts.length === 0) return <Empty>No text was simulated from both.</Empty>;
  return (
    <>
      <div className="toolbar">
        <Legend
          {...{ scale, negative: true, own: null }}
          about="One scale for what is real, A, B and A minus B."
        />
      </div>
      <p className="note">{disputedCaption(found, counts, scale)}</p>
      <StackedTexts {...{ texts, view, onView }} name="apart" />
    </>
  );
}

function stackedOf(one: Disputed, scale: Scale): Stacked {
  const row = (name: string, about: string, values: Disputed["real"], sign: Sign = 1) => ({
    name,
    about,
    value: "",
    text: { values, scale, sign },
  });
  const { real, simulated, difference, off, group } = one;
  const title = `${group === null ? "" : `${group[0]?.toUpperCase()}${group.slice(1)} text: `}${apartSaid(one, scale)}`;
  return {
    title,
    middle: null,
    rows: [
      row("Real", "", real),
      row("A", offSaid(off[0], scale), simulated[0]),
      row("B", offSaid(off[1], scale), simulated[1]),
      row("A − B", "", difference, furthest(difference)),
    ],
  };
}
