/** What is being written on a unit's workbench; it waits where it was while other pages are looked at. */
import { useState } from "react";
import { unfinished } from "../keeping";

/** `text` null: nothing was written over the explanation that one began with. */
export type Draft = { text: string | null; write: (text: string | null) => void };

export function useDraft(place: string): Draft {
  const name = `bench draft ${place}`;
  const [text, setText] = useState(unfinished.get(name) ?? null);
  const write = (now: string | null) => {
    if (now === null) unfinished.delete(name);
    else unfinished.set(name, now);
    setText(now);
  };
  return { text, write };
}
