/** The texts that more than one of the compared units holds, each with all units' activations under each other. */
import { useMemo } from "react";
import { scaleOf, showsNegative } from "../color";
import { asksOf, type Change, type CompareView, type Scaling, type Side } from "../compare";
import { Choice } from "../components/Choice";
import { Legend } from "../components/Legend";
import { Pane } from "../components/Pane";
import { type Stacked, type StackedRow, StackedTexts } from "../components/StackedTexts";
import { Empty } from "../components/States";
import { TextChoices } from "../components/TextChoices";
import type { NeuronRecord } from "../nouns";
import { type Held, middleOf, type SameText, sameSentence, sameTexts } from "../sameTexts";
import { commonScale } from "../sideBySide";
import { extremeOf, short } from "../tokens";
import { Records } from "./Records";

export type SharedProps = {
  sides: readonly Side[];
  name: string; // of the units, as in "neuron"
  placed: boolean; // whether document numbers mean the same on all sides
  view: CompareView;
  onView: Change;
};

const SAME =
  "The texts that more than one of the records holds are laid under each other: the same document from the same token on.";
const SCALES: readonly (readonly [Scaling, string])[] = [
  ["all", "One scale"],
  ["own", "Each unit's own"],
];

export function SameTextsPane(props: SharedProps) {
  return (
    <Pane id="same-texts" title="On the same texts" ask={asksOf(props.sides, "record")} worked={SAME}>
      <Records sides={props.sides} lines={12}>
        {(records) =>
          records.filter(Boolean).length > 1 ? (
            <Texts {...props} records={records} />
          ) : (
            <Empty>Fewer than two of them have a record, so there are no texts to lay side by side.</Empty>
          )
        }
      </Records>
    </Pane>
  );
}

type Known = readonly (NeuronRecord | undefined)[];

function Texts({ sides, name, placed, view, onView, records }: SharedProps & { records: Known }) {
  const found = useMemo(() => sameTexts(records, placed), [records, placed]);
  const scales = useMemo(() => scalesOf(records, view.scale), [records, view.scale]);
  const texts = useMemo(
    () => found.texts.map((text) => stackedOf(text, sides, scales, records)),
    [found, sides, scales, records],
  );
  return (
    <>
      <CompareToolbar {...{ view, onView, records }} />
      <p className="note">
        {sameSentence(found, name)} A record holds the texts on which a unit is strongest, and samples of the
        others: that a text is not in it says nothing of how strong the unit is there.
        {!placed && " Texts count as the same here where their tokens are."}
      </p>
      {texts.length > 0 && <StackedTexts {...{ texts, view, onView }} name="same" />}
    </>
  );
}

type ToolbarProps = { view: CompareView; onView: Change; records: Known };

/** How the texts are drawn, and what their colours mean. */
function CompareToolbar({ view, onView, records }: ToolbarProps) {
  const scale = commonScale(records);
  const negative = records.some((record) => record && showsNegative(record, scaleOf(record)));
  const own = view.scale === "own";
  return (
    <div className="toolbar">
      <TextChoices
        context={view.context}
        breaks={view.breaks}
        onContext={(context) =>
          onView((before) => ({
            ...before,
            context,
            open: before.open.filter((key) => !key.startsWith("same:")),
          }))
        }
        onBreaks={(breaks) => onView((before) => ({ ...before, breaks }))}
      />
      <Choice
        legend="Colours compare"
        options={SCALES}
        value={view.scale}
        onChange={(to) => onView((before) => ({ ...before, scale: to }))}
      />
      <Legend
        {...{ scale, negative }}
        own={own ? "own maximum" : null}
        about={own ? "Each unit has a scale of its own." : "One scale for all units."}
      />
    </div>
  );
}

export const scalesOf = (records: Known, scaling: Scaling) =>
  records.map((record) => (scaling === "all" || !record ? commonScale(records) : scaleOf(record)));

function stackedOf(
  text: SameText,
  sides: readonly Side[],
  scales: ReturnType<typeof scalesOf>,
  records: Known,
): Stacked {
  const own = records.map((record) => scaleOf(record ?? {}));
  const rows = sides.flatMap(({ name }, place): StackedRow[] => {
    const [held, scale] = [text.held[place] ?? null, scales[place]];
    if (!records[place] || !scale) return [];
    if (!held) return [{ name, value: "", about: "not among this unit's texts", text: null }];
    const { record: values, sign } = held;
    return [{ name, value: peakSaid(held), about: standing(held), text: { values, scale, sign } }];
  });
  return { title: titleOf(text), middle: middleOf(text, own), rows };
}

function peakSaid({ record, sign }: Held): string {
  const at = extremeOf(record, sign);
  return short(at === null ? null : record.activations[at]);
}

const standing = ({ group, place, of }: Held): string => `${group}, ${place + 1} of ${of}`;

function titleOf({ held }: SameText): string {
  const source = held.find((one) => one)?.record.source;
  return source ? `Document ${source.document}, from token ${source.offset}` : "Text";
}
