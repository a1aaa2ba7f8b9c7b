/** Units as CSV or JSON with all that tables say of them, which the page itself makes where no server does. */
import { useEffect, useRef, useState } from "react";
import { Problem } from "../api";
import { saveText } from "../components/Saved";
import type { UnitRow } from "../nouns";
import { unitsCsv, unitsJson } from "../unitTable";

const KINDS = [
  ["CSV", "csv", "text/csv", unitsCsv],
  ["JSON", "json", "application/json", unitsJson],
] as const;

/** `rowsOf` reads the rows, and tells what share of them is there. */
type Props = {
  name: string; // of the file, without its ending
  of: string; // "the list", as buttons name it
  rowsOf: (signal: AbortSignal, told: (share: number) => void) => Promise<UnitRow[]>;
};

export function UnitsSaved({ name, of, rowsOf }: Props) {
  const [said, setSaid] = useState("");
  const call = useRef<AbortController>(undefined);
  useEffect(() => () => call.current?.abort(), []); // who leaves wants no file
  const save = async ([title, ending, type, text]: (typeof KINDS)[number]) => {
    call.current?.abort();
    call.current = new AbortController();
    const { signal } = call.current;
    setSaid("Reading …");
    try {
      const rows = await rowsOf(signal, (share) => setSaid(`Reading … ${Math.floor(100 * share)}%`));
      if (signal.aborted) return;
      saveText(`${name}.${ending}`, type, text(rows));
      setSaid(`Saved as ${title}.`);
    } catch (error) {
      if (signal.aborted) return;
      setSaid(error instanceof Problem ? error.message : "The file could not be made. Reload the page.");
    }
  };
  return (
    <>
      {KINDS.map((kind) => (
        <button key={kind[0]} type="button" aria-label={`${kind[0]} of ${of}`} onClick={() => save(kind)}>
          {kind[0]}
        </button>
      ))}
      <span className="copied" role="status">
        {said}
      </span>
    </>
  );
}
