/** What runs of explaining left: all of them and how good the explanations are now, or the one that the link names. */
import { useEffect } from "react";
import { ReportPane } from "../panes/ReportPane";
import { RunsPane } from "../panes/RunsPane";
import { ScoresPane } from "../panes/ScoresPane";
import { formatRoute } from "../route";
import { visible } from "../tokens";
import type { ToolProps } from "./ToolPage";
import "../styles/reports.css";

export function ReportsPage({ dataset, route }: ToolProps) {
  const run = route.rest[0] ?? null;
  useEffect(() => {
    document.title = `${run ? `Run ${visible(run)}` : "Reports"} · ${dataset.title}`;
  }, [run, dataset.title]);
  const hrefOf = (to: string | null) => formatRoute({ ...route, rest: to === null ? [] : [to], query: "" });
  if (run !== null) return <ReportPane {...{ dataset, run }} allHref={hrefOf(null)} />;
  return (
    <>
      <header className="intro">
        <h1 tabIndex={-1}>Reports</h1>
        <p className="lede">What runs of explaining did and cost, and how good the explanations are now.</p>
      </header>
      <RunsPane {...{ dataset, hrefOf }} />
      <ScoresPane dataset={dataset} />
    </>
  );
}
