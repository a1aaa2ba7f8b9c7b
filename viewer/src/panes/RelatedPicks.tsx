/** The units that are related to one, each to be picked for the comparison. */

import { nameOf } from "../compare";
import { PickRow } from "../components/PickRow";
import { Related } from "../components/Related";
import { Empty } from "../components/States";
import type { DatasetEntry, UnitAddress } from "../nouns";
import type { Relation } from "../related";
import { connections, neighbourhoods, type RelatedRow } from "../relatedUnits";
import { unitsByActivation, unitsByDecoder, unitsByWeight } from "../unitParts";
import { PartView } from "./PartView";

export type PickProps = {
  dataset: DatasetEntry;
  units: readonly UnitAddress[];
  name: string;
  action: string;
  onPick: ((unit: UnitAddress) => void) | null; // null where there is no room
};

export function RelatedPicks({ dataset, units, name, action, onPick, of }: PickProps & { of: UnitAddress }) {
  const lower = name.toLowerCase();
  const taken = new Set(units.map(nameOf));
  const lists = (relations: Relation<RelatedRow>[]) =>
    relations
      .filter(({ sides }) => sides.length > 0)
      .map((relation) => (
        <Related key={relation.title} relation={relation} className="units">
          {({ at, name: of, value, known, explanation }) => (
            <PickRow
              {...{ action, name: of, value }}
              about={[known, explanation].filter(Boolean).join(" · ")}
              onPick={at && onPick && !taken.has(nameOf(at)) ? () => onPick(at) : null}
            />
          )}
        </Related>
      ));
  const parts = [unitsByActivation, unitsByDecoder, unitsByWeight];
  if (!parts.some(({ part }) => dataset.parts.includes(part)))
    return <Empty>This dataset holds no related {lower}s.</Empty>;
  const part = { dataset, at: of, lines: 4, missing: `None are known of this ${lower}.` };
  return (
    <>
      {[unitsByActivation, unitsByDecoder].map((near) => (
        <PartView key={near.part} {...part} of={near}>
          {(found) => lists(neighbourhoods(found, null))}
        </PartView>
      ))}
      <PartView {...part} of={unitsByWeight}>
        {(found) => lists(connections(found, lower, "", ""))}
      </PartView>
    </>
  );
}
