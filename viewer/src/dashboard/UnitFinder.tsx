/** Which unit is shown: words, and the units that have them. */
import { type FormEvent, type RefObject, useEffect, useId, useMemo, useState } from "react";
import type { Entry } from "../shown";
import { count } from "../tokens";
import { plural } from "../words";
import { found } from "./finding";
import type { Source } from "./source";
import { UnitList } from "./UnitList";

const PAUSE_MS = 250; // a person who types on means something else

type Props = {
  source: Source;
  shown: string;
  field: RefObject<HTMLInputElement | null>;
  onShow: (key: string) => void;
  onList: (entries: readonly Entry[]) => void;
};

export function UnitFinder({ source, shown, field, onShow, onList }: Props) {
  const id = useId();
  const [words, setWords] = useState("");
  const { entries, problem } = useEntries(source, words);
  useEffect(() => onList(entries), [onList, entries]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const first = entries[0];
    if (first) onShow(first.key);
    else if (source.find && words.trim()) onShow(words.trim()); // the kernel says what it does not have
  };
  const { total } = source.head;
  const told =
    words.trim() === ""
      ? `${plural(total, "unit")}${entries.length < total ? `; the first ${count(entries.length)} are listed` : ""}`
      : `${count(entries.length)} of ${plural(total, "unit")}`;
  return (
    <nav className="dash-units" aria-label="Units">
      {/* biome-ignore lint/a11y/useSemanticElements: older browsers do not know <search> */}
      <form role="search" onSubmit={submit}>
        <label className="hidden" htmlFor={id}>
          Find a unit by its key or name
        </label>
        <input
          id={id}
          ref={field}
          type="search"
          value={words}
          placeholder="Key or words"
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => setWords(target.value)}
        />
      </form>
      <p className="note" role="status">
        {problem ?? told}
      </p>
      <UnitList {...{ entries, shown, onShow }} />
    </nav>
  );
}

/** The units with these words: looked up in the directory, or asked for where it does not have all. */
function useEntries({ head, find }: Source, words: string) {
  const [asked, setAsked] = useState<{ words: string; entries: Entry[]; problem: string | null } | null>(
    null,
  );
  const wanted = words.trim();
  useEffect(() => {
    if (!find || wanted === "") return;
    let current = true;
    const tell = (entries: Entry[], problem: string | null) =>
      current && setAsked({ words: wanted, entries, problem });
    const timer = setTimeout(() => {
      find(wanted).then(
        (entries) => tell(entries, null),
        (error: Error) => tell([], error.message),
      );
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [find, wanted]);
  const listed = useMemo(() => found(head.directory, wanted), [head, wanted]);
  return find && wanted !== "" && asked ? asked : { entries: listed, problem: null };
}
