/** Units as one HTML file that needs neither server nor network; the page itself makes it. */
import { useEffect, useRef, useState } from "react";
import { Problem } from "../api";
import { saveText } from "../components/Saved";
import type { DatasetEntry, UnitAddress } from "../nouns";
import { readReport } from "../reportReading";

/** `placesOf` reads which units; `name` is the file's, without its ending. */
type Props = {
  dataset: DatasetEntry;
  name: string;
  title: string;
  placesOf: (signal: AbortSignal) => Promise<readonly UnitAddress[]>;
};

export function ReportSaved({ dataset, name, title, placesOf }: Props) {
  const [said, setSaid] = useState("");
  const call = useRef<AbortController>(undefined);
  useEffect(() => () => call.current?.abort(), []); // who leaves wants no file
  const save = async () => {
    call.current?.abort();
    call.current = new AbortController();
    const { signal } = call.current;
    const told = (share: number) => setSaid(`Reading … ${Math.floor(100 * share)}%`);
    setSaid("Reading …");
    try {
      const html = await readReport(dataset, title, await placesOf(signal), signal, told);
      if (signal.aborted) return;
      saveText(`${name}.html`, "text/html", html);
      setSaid("Saved.");
    } catch (error) {
      if (signal.aborted) return;
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
