/** A unit's numbers over the whole text; from the same file as its activations. */
import { recordQuery } from "../api";
import { Pane } from "../components/Pane";
import { StatList } from "../components/StatList";
import type { DatasetEntry, UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import { QueryView } from "./QueryView";

type Props = { dataset: DatasetEntry; at: UnitAddress; name: string };

export function StatisticsPane({ dataset, at, name }: Props) {
  const query = useQuery(recordQuery(dataset, at));
  const missing = `This dataset holds no statistics of this ${name.toLowerCase()}.`;
  return (
    <Pane id="statistics" title="Statistics" ask={{ kind: "statistics", at }}>
      <QueryView query={query} lines={8} missing={missing} failed="See Activations.">
        {(record) => <StatList record={record} />}
      </QueryView>
    </Pane>
  );
}
