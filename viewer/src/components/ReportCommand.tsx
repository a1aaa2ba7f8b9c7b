/** The command that writes the full report as a page. */
import { useContext } from "react";
import { reportPage } from "../how";
import { HowContext, placeOf } from "./How";

export function ReportCommand({ run }: { run: string | null }) {
  const about = useContext(HowContext);
  if (!about) return null;
  return (
    <p className="note report-command">
      The full report, with plots and every score, as a page: <code>{reportPage(placeOf(about), run)}</code>
    </p>
  );
}
