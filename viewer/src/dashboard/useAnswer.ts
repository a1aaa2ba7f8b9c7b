/** What units do on a text, as the kernel says it; an answer to what was asked before the last question is dropped. */
import { useRef, useState } from "react";
import type { OnlineAnswer } from "../shown";
import type { Asking } from "./asking";

type Ask = (text: string, units: readonly string[]) => void;
type Answering = {
  answer: OnlineAnswer | null;
  problem: string | null;
  busy: boolean;
  run: Ask;
  respond: Ask; // with the model's answer behind the text, which `onText` is told
};

export function useAnswer(
  asking: Asking | null,
  first: OnlineAnswer | null,
  onText: (text: string) => void,
): Answering {
  const [answer, setAnswer] = useState(first);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const last = useRef(0);
  const ask = (what: "activations" | "respond"): Ask => {
    return (text, units) => {
      if (!asking) return;
      last.current += 1;
      const question = last.current;
      setBusy(true);
      const end = (tell: () => void) => {
        if (question !== last.current) return;
        setBusy(false);
        tell();
      };
      asking.ask<OnlineAnswer>({ ask: what, text, units: [...units] }).then(
        (found) =>
          end(() => {
            setProblem(null);
            setAnswer(found);
            if (what === "respond") onText(found.text);
          }),
        (error: Error) => end(() => setProblem(error.message)),
      );
    };
  };
  return { answer, problem, busy, run: ask("activations"), respond: ask("respond") };
}
