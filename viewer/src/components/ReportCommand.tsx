/** The command that writes the full report as a page. */
import { useContext } from "react";
import { reportPage } from "../how";
import { addressOf } from "../questions";
import { type About, HowContext, placeOf } from "./How";

export function ReportCommand({ run }: { run: string | null }) {
  const about = useContext(HowContext);
  if (!about) return null;
  const { command, note } = reportPage(readPlace(about), run);
  return (
    <p className="note report-command">
      The full report, with plots and every score, as a page: <code>{command}</code>
      {note && <span className="aside">{note}</span>}
    </p>
  );
}

/** Where commands read the dataset; a site of files need not have such a place. */
function readPlace(about: About) {
  const root = about.lines ? about.dataset.root : addressOf(about.dataset);
  return root === null ? null : placeOf({ ...about, dataset: { ...about.dataset, root } });
}
