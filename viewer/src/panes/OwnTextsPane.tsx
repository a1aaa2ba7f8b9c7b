/** Each compared unit's own strongest texts, a column each. */
import { type CSSProperties, useMemo } from "react";
import type { Scale } from "../color";
import { asksOf } from "../compare";
import { Pane } from "../components/Pane";
import { RecordGroup } from "../components/RecordGroup";
import { Empty } from "../components/States";
import { groupsOf } from "../groups";
import type { NeuronRecord } from "../nouns";
import type { Context } from "../tokens";
import { toggled, withContext } from "../view";
import { Records } from "./Records";
import { type SharedProps, scalesOf } from "./SameTextsPane";

export function OwnTextsPane({ sides, view, onView }: Omit<SharedProps, "name" | "placed">) {
  const changes = useMemo(
    () => ({
      onOpen: (key: string, on: boolean) =>
        onView((before) => ({ ...before, open: toggled(before.open, key, on) })),
      onOpened: (text: string, context: Context | null) =>
        onView((before) => ({ ...before, open: withContext(before.open, text, context) })),
    }),
    [onView],
  );
  const drawn = useMemo(
    () => ({ context: view.context, breaks: view.breaks, colour: "unit" as const, open: view.open }),
    [view.context, view.breaks, view.open],
  );
  return (
    <Pane id="own-texts" title="Each one's strongest texts" ask={asksOf(sides, "record")}>
      <Records sides={sides} lines={12}>
        {(records) => {
          const scales = scalesOf(records, view.scale);
          return (
            <div className="own" style={{ "--sides": sides.length } as CSSProperties}>
              {sides.map(({ name }, place) => {
                const [record, scale] = [records[place], scales[place]];
                return record && scale ? (
                  <Own key={name} {...{ name, record, scale, ...changes }} place={place} view={drawn} />
                ) : (
                  <section key={name} aria-label={name}>
                    <Empty>{name}: no texts.</Empty>
                  </section>
                );
              })}
            </div>
          );
        }}
      </Records>
    </Pane>
  );
}

type OwnProps = {
  name: string;
  place: number;
  record: NeuronRecord;
  scale: Scale;
} & Pick<Parameters<typeof RecordGroup>[0], "view" | "onOpen" | "onOpened">;

function Own({ name, place, record, ...shown }: OwnProps) {
  const group = useMemo(() => {
    const top = groupsOf(record).find(({ key }) => key === "top");
    return top && { ...top, key: `u${place}`, title: name };
  }, [record, name, place]);
  return group ? <RecordGroup {...{ group, ...shown }} /> : <Empty>{name}: no texts.</Empty>;
}
