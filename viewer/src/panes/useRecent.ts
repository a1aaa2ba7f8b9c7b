/** The texts that were lately tried on a model, in this browser; a text joins them once it was answered. */
import { useEffect } from "react";
import { keep, kept, useKept } from "../keeping";
import { textsOf, withoutTexts, withText } from "../tried";

export function useRecent(model: string, answered: string | null) {
  const stored = useKept("texts");
  useEffect(() => {
    if (answered?.trim()) keep("texts", withText(kept("texts"), model, answered));
  }, [model, answered]);
  return {
    texts: textsOf(stored, model),
    onClear: () => keep("texts", withoutTexts(kept("texts"), model)),
  };
}
