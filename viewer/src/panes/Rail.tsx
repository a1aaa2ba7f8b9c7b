/** What stands beside a unit's texts. */
import type { DatasetEntry, UnitAddress } from "../nouns";
import { ProvenancePane } from "./ProvenancePane";
import { StatisticsPane } from "./StatisticsPane";

type Props = { dataset: DatasetEntry; at: UnitAddress; name: string };

export function Rail(props: Props) {
  return (
    <>
      <StatisticsPane {...props} />
      <ProvenancePane {...props} />
    </>
  );
}
