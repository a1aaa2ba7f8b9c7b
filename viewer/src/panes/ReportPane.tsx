/** One run: what it did and cost, what failed and why, with which models and options. */
import { Pane } from "../components/Pane";
import { ReportCommand } from "../components/ReportCommand";
import { Rows } from "../components/Rows";
import { Empty } from "../components/States";
import { reportQuery } from "../datasetFiles";
import type { DatasetEntry, RunReport } from "../nouns";
import { factsOf } from "../provenance";
import { useQuery } from "../queries";
import { failureRows, modelRows, runRows } from "../reports";
import { QueryView } from "./QueryView";

type Props = { dataset: DatasetEntry; run: string; allHref: string };

export function ReportPane({ dataset, run, allHref }: Props) {
  const query = useQuery(reportQuery(dataset, run));
  return (
    <>
      <header className="head">
        <h1 tabIndex={-1}>
          Run <span>{run}</span>
        </h1>
        <nav aria-label="Other runs">
          <a href={allHref}>All runs</a>
        </nav>
      </header>
      <div className="columns">
        <div className="rail">
          <Pane id="run" title="What it did and cost" ask={query.data ? { kind: "report", run } : undefined}>
            <QueryView query={query} lines={8} missing="This dataset has no report of a run of this name.">
              {(report) => <Rows className="stats" rows={runRows(report)} />}
            </QueryView>
            {query.data && <ReportCommand run={run} />}
          </Pane>
          {query.data && <Failures report={query.data} />}
        </div>
        <div className="rail">{query.data && <Made report={query.data} />}</div>
      </div>
    </>
  );
}

function Failures({ report }: { report: RunReport }) {
  const failures = failureRows(report);
  return (
    <Pane id="failures" title="What failed" ask={{ kind: "report", run: report.run }}>
      {failures.length === 0 ? (
        <Empty>Nothing.</Empty>
      ) : (
        <ul className="failures">
          {failures.map(({ kind, reason, amount }) => (
            <li key={`${kind} ${reason}`}>
              <b>{kind}</b> {amount}
              <p className="note">{reason}</p>
            </li>
          ))}
        </ul>
      )}
    </Pane>
  );
}

/** With which models and options. */
function Made({ report }: { report: RunReport }) {
  return (
    <>
      <Pane id="run-models" title="Models" ask={{ kind: "report", run: report.run }}>
        {report.models?.length ? (
          <Rows className="stats" rows={modelRows(report)} />
        ) : (
          <Empty>It asked none.</Empty>
        )}
      </Pane>
      <Pane id="run-options" title="Options" ask={{ kind: "report", run: report.run }}>
        <Rows className="stats" rows={factsOf(report.options)} />
        {report.notes?.map((note) => (
          <p key={note} className="note">
            {note}
          </p>
        ))}
      </Pane>
    </>
  );
}
