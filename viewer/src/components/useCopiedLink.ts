/** The link of the page, copied on demand. */
import { useCopy } from "./useCopy";

/** The sentence says whether that worked. */
export function useCopiedLink(): [said: string, copy: () => void] {
  const [said, copy] = useCopy("Copying is not allowed here; the address bar has the link.");
  return [said, () => copy(window.location.href)];
}
