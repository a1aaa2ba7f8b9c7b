/**
 * A search that goes with the letters somebody types: the one in the link in, the one to answer now out. Letters come
 * into the link when no other follows for a moment, all of them one step of the history: a browser takes longer to
 * write another address than to search.
 */
import { useEffect, useMemo, useRef, useState } from "react";
import type { Search } from "../search";

const PAUSE_MS = 400;

export function useLetters(search: Search, onSearch: (to: Search, replace: boolean) => void) {
  const [typed, setTyped] = useState({ q: search.q, over: search.q });
  const written = useRef(""); // the words of the history's last entry, where letters made it
  const waits = typed.over === search.q && typed.q !== search.q; // another link took the place of what was typed
  const current = useMemo(
    () => (waits ? { ...search, q: typed.q, pages: 1 } : search),
    [search, typed.q, waits],
  );
  const write = useRef(() => {});
  useEffect(() => {
    write.current = () => {
      onSearch(current, search.q === written.current);
      written.current = current.q;
    };
  });
  useEffect(() => {
    if (current.q === search.q) return;
    const timer = setTimeout(() => write.current(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [current.q, search.q]);
  return { current, type: (q: string) => setTyped({ q, over: search.q }) };
}
