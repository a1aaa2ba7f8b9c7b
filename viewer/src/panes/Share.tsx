/** A link by which others open a list: its own address on the site, or one that has the whole list in itself. */
import { useEffect, useId, useState } from "react";
import { useCopy } from "../components/useCopy";
import type { UnitList } from "../nouns";
import { LONGEST_LINK, packed } from "../shared";
import type { ListWays } from "./listWays";

type Props = { list: UnitList; ways: ListWays; address: string | null };

export function Share({ list, ways, address }: Props) {
  const id = useId();
  const inside = usePacked(list, ways);
  const link = address ?? inside;
  const [copied, copy] = useCopy("Copying is not allowed; the field has the link.");
  if (link === null) return null;
  if (link instanceof Error)
    return (
      <p className="panel" role="alert">
        {link.message}
      </p>
    );
  if (link.length > LONGEST_LINK)
    return (
      <p className="panel" role="status">
        This list is too long for a link: it would have {link.length.toLocaleString("en-US")} characters, and{" "}
        {LONGEST_LINK.toLocaleString("en-US")} is the most. Export it as JSON and send the file.
      </p>
    );
  return (
    <div className="panel share">
      <label htmlFor={id}>{address ? "The address of this list" : "The whole list is in this link"}</label>
      <div className="who">
        <input id={id} readOnly value={link} onFocus={({ target }) => target.select()} />
        <button type="button" className="main" onClick={() => copy(link)}>
          Copy the link
        </button>
        <span className="note" role="status">
          {copied}
        </span>
      </div>
    </div>
  );
}

/** The link that has the list in itself, once it is made, or why there is none. */
function usePacked(list: UnitList, ways: ListWays): string | Error | null {
  const [link, setLink] = useState<string | Error | null>(null);
  useEffect(() => {
    let here = true;
    packed(list).then(
      (letters) => here && setLink(ways.address(ways.shared(letters))),
      (error) => here && setLink(error),
    );
    return () => {
      here = false;
    };
  }, [list, ways]);
  return link;
}
