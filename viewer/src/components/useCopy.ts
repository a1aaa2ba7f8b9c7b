/** Text to the clipboard, and a sentence that says whether that worked. */
import { useState } from "react";

/** `refused` is said where the browser does not allow it. */
export function useCopy(refused: string): [said: string, copy: (text: string) => void] {
  const [said, setSaid] = useState("");
  const copy = (text: string) => {
    const refuse = () => setSaid(refused);
    if (!navigator.clipboard) return refuse();
    navigator.clipboard.writeText(text).then(() => setSaid("Copied"), refuse);
  };
  return [said, copy];
}
