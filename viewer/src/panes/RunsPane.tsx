/** The runs of which a dataset has reports, the latest first. */
import { Pane } from "../components/Pane";
import { Empty } from "../components/States";
import { reportsQuery } from "../datasetFiles";
import type { DatasetEntry, Reports } from "../nouns";
import { useQuery } from "../queries";
import { RUN_COLUMNS } from "../reports";
import { QueryView } from "./QueryView";

type Props = { dataset: DatasetEntry; hrefOf: (run: string) => string };

const NONE =
  "This dataset has no reports: they are written by neuronscope explain, which explains units in words and scores them.";

export function RunsPane({ dataset, hrefOf }: Props) {
  const offered = dataset.parts.includes("reports");
  const query = useQuery(reportsQuery(dataset), offered);
  return (
    <Pane id="runs" title="Runs" ask={offered ? { kind: "reports" } : undefined}>
      {offered ? (
        <QueryView query={query} lines={3} missing={NONE}>
          {(found) => <Runs {...{ found, hrefOf }} />}
        </QueryView>
      ) : (
        <Empty>{NONE}</Empty>
      )}
    </Pane>
  );
}

function Runs({ found: { runs, total }, hrefOf }: { found: Reports; hrefOf: Props["hrefOf"] }) {
  return (
    <>
      <table className="runs">
        <thead>
          <tr>
            <th scope="col">Run</th>
            {RUN_COLUMNS.map(([title]) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.toReversed().map((run) => (
            <tr key={run.run}>
              <th scope="row">
                <a href={hrefOf(run.run)}>{run.run}</a>
              </th>
              {RUN_COLUMNS.map(([title, said]) => (
                <td key={title} data-title={title}>
                  {said(run)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {runs.length < total && (
        <p className="note">
          The latest {runs.length} of {total}.
        </p>
      )}
    </>
  );
}
