/** The link of the page, copied on demand. */
import { useState } from "react";

/** Copies the page's address; the sentence says whether that worked. */
export function useCopiedLink(): [string, () => void] {
  const [copied, setCopied] = useState("");
  const copy = () => {
    const refused = () => setCopied("Copying is not allowed here; the address bar has the link.");
    if (!navigator.clipboard) return refused();
    navigator.clipboard.writeText(window.location.href).then(() => setCopied("Copied"), refused);
  };
  return [copied, copy];
}
