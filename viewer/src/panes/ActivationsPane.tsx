/** What a unit responds to: its groups of texts on one colour scale. */
import { useDeferredValue, useMemo } from "react";
import { recordQuery } from "../api";
import { type Colouring, scaleOf, showsNegative } from "../color";
import { Choice } from "../components/Choice";
import { Histogram } from "../components/Histogram";
import { Legend } from "../components/Legend";
import { Pane } from "../components/Pane";
import { RecordGroup } from "../components/RecordGroup";
import { TextChoices } from "../components/TextChoices";
import { groupsOf } from "../groups";
import { useKeys } from "../keys";
import type { DatasetEntry, NeuronRecord, UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import type { Context } from "../tokens";
import { type Change, toggled, toggledAll, type UnitView, withContext, withPageContext } from "../view";
import { QueryView } from "./QueryView";

type Shown = { view: UnitView; onView: Change };
type Props = Shown & { dataset: DatasetEntry; at: UnitAddress; name: string };

const COLOURS: readonly (readonly [Colouring, string])[] = [
  ["unit", "One scale"],
  ["text", "Each text's own"],
];

export function ActivationsPane({ dataset, at, name, view, onView }: Props) {
  const query = useQuery(recordQuery(dataset, at));
  const missing = `This dataset holds no activations of layer ${at.layer}, ${name.toLowerCase()} ${at.unit}.`;
  return (
    <Pane id="activations" title="Activations" ask={{ kind: "record", at }}>
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
  const { onOpen, onOpened } = useOpening(onView);
  const drawn = useDrawn(view);
  useKeys({
    e: [
      "Show every text, or fewer",
      () => {
        const long = groups.filter(({ records, first }) => records.length > first).map(({ key }) => key);
        onView((view) => ({ ...view, open: toggledAll(view.open, long) }));
      },
    ],
  });
  const histogram = record.statistics?.histogram;
  return (
    <>
      <div className="toolbar">
        <TextChoices
          context={view.context}
          breaks={view.breaks}
          onContext={(context) => onView((view) => withPageContext(view, context))}
          onBreaks={(breaks) => onView((view) => ({ ...view, breaks }))}
        />
        <Choice
          legend="Colours compare"
          options={COLOURS}
          value={view.colour}
          onChange={(colour) => onView((view) => ({ ...view, colour }))}
        />
        <Legend {...{ scale, negative, ...legendOf(view.colour) }} />
      </div>
      {histogram && <Histogram data={histogram} of="Tokens by activation" />}
      {groups.map((group) => (
        <RecordGroup key={group.key} {...{ group, scale, onOpen, onOpened }} view={drawn} />
      ))}
    </>
  );
}

const legendOf = (colour: Colouring) =>
  colour === "text"
    ? { own: "own extreme", about: "Each text has a scale of its own." }
    : { own: null, about: "One scale for all groups." };

/** A choice that draws all texts anew is seen to be made at once, and the texts follow. */
function useDrawn(view: UnitView): UnitView {
  const { open } = view;
  const late = useDeferredValue(view);
  return useMemo(() => ({ ...late, open }), [late, open]);
}

/** Callbacks that stay the same, so that texts which did not change are not drawn again. */
const useOpening = (onView: Change) =>
  useMemo(
    () => ({
      onOpen: (key: string, on: boolean) =>
        onView((view) => ({ ...view, open: toggled(view.open, key, on) })),
      onOpened: (text: string, context: Context | null) =>
        onView((view) => ({ ...view, open: withContext(view.open, text, context) })),
    }),
    [onView],
  );
