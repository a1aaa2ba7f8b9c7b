/** A unit's groups of texts on one colour scale, under what says how they are drawn. */
import { useDeferredValue, useMemo } from "react";
import { type Colouring, type Scale, scaleOf, showsNegative } from "../color";
import { groupsOf } from "../groups";
import { useKeys } from "../keys";
import type { NeuronRecord } from "../nouns";
import type { Context } from "../tokens";
import { type Change, toggled, toggledAll, type UnitView, withContext, withPageContext } from "../view";
import { Choice } from "./Choice";
import { Histogram } from "./Histogram";
import { Legend } from "./Legend";
import { RecordGroup } from "./RecordGroup";
import { TextChoices } from "./TextChoices";

const COLOURS: readonly (readonly [Colouring, string])[] = [
  ["unit", "One scale"],
  ["text", "Each text's own"],
];

/** `common`: a scale that holds for more than this unit, in place of its own. */
type Props = { record: NeuronRecord; view: UnitView; onView: Change; common?: Scale | null };

export function Activations({ record, view, onView, common }: Props) {
  const scale = useMemo(() => common ?? scaleOf(record), [record, common]);
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
