/** What a unit responds to: its groups of texts on one colour scale. */
import { useCallback, useMemo } from "react";
import { recordQuery } from "../api";
import { scaleOf, showsNegative } from "../color";
import { Choice } from "../components/Choice";
import { Histogram } from "../components/Histogram";
import { Legend } from "../components/Legend";
import { Pane } from "../components/Pane";
import { RecordGroup } from "../components/RecordGroup";
import { groupsOf } from "../groups";
import { useKeys } from "../keys";
import type { DatasetEntry, NeuronRecord, UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import type { Context } from "../tokens";
import { QueryView } from "./QueryView";

export type View = { context: Context; open: readonly string[] };
type Shown = { view: View; onView: (view: View) => void };
type Props = Shown & { dataset: DatasetEntry; at: UnitAddress; name: string };

const CONTEXTS = [
  ["line", "One line"],
  ["snippet", "Snippet"],
  ["full", "Full text"],
] as const;

export function ActivationsPane({ dataset, at, name, view, onView }: Props) {
  const query = useQuery(recordQuery(dataset, at));
  const missing = `This dataset holds no activations of layer ${at.layer}, ${name.toLowerCase()} ${at.unit}.`;
  return (
    <Pane id="activations" title="Activations">
      <QueryView query={query} lines={10} missing={missing}>
        {(record) => <Activations {...{ record, view, onView }} />}
      </QueryView>
    </Pane>
  );
}

function Activations({ record, view, onView }: Shown & { record: NeuronRecord }) {
  const scale = useMemo(() => scaleOf(record), [record]);
  const groups = useMemo(() => groupsOf(record), [record]);
  const negative = useMemo(() => showsNegative(record, scale), [record, scale]);
  const setOpen = useCallback(
    (key: string, open: boolean) =>
      onView({ ...view, open: open ? [...view.open, key] : view.open.filter((other) => other !== key) }),
    [view, onView],
  );
  useKeys({
    e: () => {
      const long = groups.filter(({ records, first }) => records.length > first).map(({ key }) => key);
      onView({ ...view, open: long.every((key) => view.open.includes(key)) ? [] : long });
    },
  });
  const histogram = record.statistics?.histogram;
  return (
    <>
      <div className="toolbar">
        <Choice
          legend="How much of each text"
          name="context"
          options={CONTEXTS}
          value={view.context}
          onChange={(context) => onView({ ...view, context })}
        />
        <Legend scale={scale} negative={negative} />
      </div>
      {histogram && <Histogram data={histogram} />}
      {groups.map((group) => (
        <RecordGroup
          key={group.key}
          {...{ group, scale, context: view.context, open: view.open.includes(group.key), onOpen: setOpen }}
        />
      ))}
    </>
  );
}
