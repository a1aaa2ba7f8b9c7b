/** The units that a unit is related to: by weight, by being active together, by the direction of their decoders. */
import { manifestQuery } from "../api";
import { Pane } from "../components/Pane";
import { Related } from "../components/Related";
import { RelatedUnit } from "../components/RelatedUnit";
import { Empty } from "../components/States";
import type { DatasetEntry, Neighbours, UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import { foldedOf, type Relation } from "../related";
import { connections, endOf, neighbourhoods, type RelatedRow } from "../relatedUnits";
import { unitsByActivation, unitsByDecoder, unitsByWeight } from "../unitParts";
import { PartView } from "./PartView";

export type Props = {
  dataset: DatasetEntry;
  at: UnitAddress;
  name: string;
  hrefOf: (to: UnitAddress) => string;
  compareHref?: (to: UnitAddress) => string;
};

export function UnitsPane({ dataset, at, name, hrefOf, compareHref }: Props) {
  const manifest = useQuery(manifestQuery(dataset)).data;
  const lower = name.toLowerCase();
  const offers = ({ part }: { part: string }) => dataset.parts.includes(part);
  const none = ![unitsByWeight, unitsByActivation, unitsByDecoder].some(offers);
  const units = (relations: Relation<RelatedRow>[]) =>
    relations.map((relation) => (
      <Related key={relation.title} relation={relation} className="units">
        {(row) => <RelatedUnit {...{ row, name, hrefOf, compareHref }} />}
      </Related>
    ));
  const ends = [
    endOf(manifest?.layers, at.layer, "first"),
    endOf(manifest?.layers, at.layer, "last"),
  ] as const;
  const near = { dataset, at, lines: 6 };
  const together = `This dataset holds no ${lower}s that are active together with this one.`;
  const alike = `This dataset holds no ${lower}s with a decoder direction near this one's.`;
  const neighbours = (found: Neighbours, sequences: number | null, missing: string) =>
    found.neighbours.length > 0 ? units(neighbourhoods(found, sequences)) : <Empty>{missing}</Empty>;
  return (
    <Pane
      id="related-units"
      title={`Related ${lower}s`}
      ask={[
        offers(unitsByWeight) && { kind: "related-neurons", by: "weight-based", at },
        offers(unitsByActivation) && { kind: "related-neurons", by: "activation-based", at },
        offers(unitsByDecoder) && { kind: "related-neurons", by: "decoder-based", at },
      ]}
    >
      {none && <Empty>This dataset holds no related {lower}s.</Empty>}
      <PartView
        {...{ dataset, at, of: unitsByWeight, lines: 12 }}
        missing={`This dataset holds no ${lower}s related by weight to this one.`}
      >
        {(found) => (
          <>
            {units(connections(found, lower, ...ends))}
            <p className="note">{foldedOf(found.folded)}</p>
          </>
        )}
      </PartView>
      <PartView {...near} of={unitsByActivation} missing={together}>
        {(found) => neighbours(found, manifest?.corpus?.sequences ?? null, together)}
      </PartView>
      <PartView {...near} of={unitsByDecoder} missing={alike}>
        {(found) => neighbours(found, null, alike)}
      </PartView>
    </Pane>
  );
}
