/** What is drawn while the page is printed: all of it, as nobody can unfold paper. Null while it is not. */
import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";

export function usePrinting<T>(whole: () => T): T | null {
  const [printed, setPrinted] = useState<T | null>(null);
  const latest = useRef(whole);
  useEffect(() => {
    latest.current = whole;
  });
  useEffect(() => {
    // the browser takes the page as it is when the handler is left
    const before = () => flushSync(() => setPrinted(latest.current()));
    const after = () => setPrinted(null);
    window.addEventListener("beforeprint", before);
    window.addEventListener("afterprint", after);
    return () => {
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
    };
  }, []);
  return printed;
}
