/** What was done last, in a sentence, with the way to undo it, or why it was not done. */
import { useEffect, useState } from "react";
import { useSending } from "./sending";

/** `href` and `link`: where what was made is to be seen. */
export type Deed = {
  said: string;
  undo?: (() => Promise<unknown>) | undefined;
  href?: string;
  link?: string;
};

export type Deeds = {
  deed: Deed | null;
  problem: Error | null;
  busy: boolean;
  /** Does something and says what it was, on the page that `onward` goes to, where it goes; whether it was done. */
  act: (work: () => Deed | Promise<Deed>, onward?: (deed: Deed) => void) => Promise<boolean>;
  undo: () => void;
  forget: () => void;
};

let carried: Deed | null = null; // to the page that comes next, which is drawn anew

export function useDeeds(): Deeds {
  const [deed, setDeed] = useState<Deed | null>(() => carried);
  useEffect(() => {
    carried = null;
  }, []);
  const { sending, problem, run } = useSending();
  const act = (work: () => Deed | Promise<Deed>, onward?: (deed: Deed) => void) =>
    run(async () => {
      setDeed(null);
      const done = await work();
      setDeed(done);
      if (onward) carried = done;
      onward?.(done);
    });
  const undo = () => {
    const undoing = deed?.undo;
    if (undoing) act(async () => undoing().then(() => ({ said: "Undone." })));
  };
  return { deed, problem, busy: sending, act, undo, forget: () => act(() => ({ said: "" })) };
}
