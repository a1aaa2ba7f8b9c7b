/** Something is sent, and a person waits for it: whether it is on its way, and what went wrong. */
import { useState } from "react";

export type Sending = {
  sending: boolean;
  problem: Error | null;
  /** Does the work, unless some is on its way; tells whether it was done. */
  run: (work: () => Promise<unknown>) => Promise<boolean>;
};

export function useSending(): Sending {
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<Error | null>(null);
  const run = async (work: () => Promise<unknown>) => {
    if (sending) return false;
    setSending(true);
    setProblem(null);
    try {
      await work();
      return true;
    } catch (error) {
      setProblem(error as Error);
      return false;
    } finally {
      setSending(false);
    }
  };
  return { sending, problem, run };
}
