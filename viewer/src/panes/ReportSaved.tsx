/** Units as one HTML file that needs neither server nor network; the page itself makes it. */
import { useEffect, useRef, useState } from "react";
import { Problem } from "../api";
import { saveText } from "../components/Saved";
import type { DatasetEntry, ListedUnit } from "../nouns";

const LONG_MS = 2000; // from then on it is said how much has come

/** `unitsOf` reads which units; `name` is the file's, without its ending. */
type Props = {
  dataset: DatasetEntry;
  name: string;
  title: string;
  unitsOf: (signal: AbortSignal) => Promise<readonly ListedUnit[]>;
};

export function ReportSaved({ dataset, name, title, unitsOf }: Props) {
  const [said, setSaid] = useState("");
  const call = useRef<AbortController>(undefined);
  useEffect(() => () => call.current?.abort(), []); // who leaves wants no file
  const save = async () => {
    call.current?.abort();
    call.current = new AbortController();
    const { signal } = call.current;
    const since = performance.now();
    const told = (done: number, of: number) => {
      if (!signal.aborted && performance.now() - since > LONG_MS) setSaid(`${done} of ${of} units read …`);
    };
    setSaid("Reading …");
    try {
      const { readReport } = await reading();
      const html = await readReport(dataset, title, await unitsOf(signal), signal, told);
      if (signal.aborted) return;
      saveText(`${name}.html`, "text/html", html);
      setSaid("Saved.");
    } catch (error) {
      if (signal.aborted) return;
      call.current.abort(); // of what is still on its way nothing is wanted
      setSaid(error instanceof Problem ? error.message : "The file could not be made. Reload the page.");
    }
  };
  return (
    <>
      <button type="button" onClick={save}>
        Download as HTML
      </button>
      <span className="copied" role="status">
        {said}
      </span>
    </>
  );
}

const reading = () =>
  import("../reportReading").catch(() => {
    throw new Problem(0, "A script of the viewer did not come. Reload the page.");
  });
