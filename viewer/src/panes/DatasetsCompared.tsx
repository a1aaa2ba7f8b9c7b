/** What two datasets have in common and where they differ; what is drawn of a unit of both waits until both say it. */
import type { ReactNode } from "react";
import { manifestQuery } from "../api";
import { DifferenceTable } from "../components/DifferenceTable";
import { Fold } from "../components/Disclosure";
import { Pane } from "../components/Pane";
import type { DatasetEntry, Manifest } from "../nouns";
import { useQuery } from "../queries";
import { differencesOf, sameCorpus, verdictOf } from "../twoDatasets";
import { QueryView } from "./QueryView";

type Props = {
  datasets: readonly [DatasetEntry, DatasetEntry];
  children: (placed: boolean) => ReactNode; // `placed`: whether document numbers mean the same in both
};

export function DatasetsCompared({ datasets: [one, other], children }: Props) {
  const [left, right] = [useQuery(manifestQuery(one)), useQuery(manifestQuery(other))];
  const asks = [one, other].map((dataset) => ({ kind: "manifest" as const, dataset }));
  const missing = "A dataset does not say what it holds.";
  const alike = one.title === other.title;
  const titles = alike ? ([one.name, other.name] as const) : ([one.title, other.title] as const);
  const settled = [left, right].every(({ data, error }) => data !== undefined || error !== null);
  return (
    <>
      <Pane id="differences" title="The two datasets" ask={asks}>
        <QueryView query={left} lines={4} {...{ missing }}>
          {(here) => (
            <QueryView query={right} lines={4} {...{ missing }}>
              {(there) => <Differences {...{ here, there, titles }} />}
            </QueryView>
          )}
        </QueryView>
      </Pane>
      {settled && children(!!left.data && !!right.data && sameCorpus(left.data, right.data))}
    </>
  );
}

type DifferencesProps = { here: Manifest; there: Manifest; titles: readonly [string, string] };

/** What is not the same, or not known to be, stands there at once. */
function Differences({ here, there, titles }: DifferencesProps) {
  const differences = differencesOf(here, there);
  const [differing, alike] = [false, true].map((is) =>
    differences.filter(({ same }) => (same === true) === is),
  );
  const names = alike?.map(({ name }) => name.toLowerCase()).join(", ");
  return (
    <>
      <p>{verdictOf(differences)}</p>
      {differing?.[0] && <DifferenceTable {...{ titles }} differences={differing} />}
      {alike?.[0] && (
        <Fold title={`The same in both: ${names}`}>
          <DifferenceTable {...{ titles }} differences={alike} />
        </Fold>
      )}
    </>
  );
}
