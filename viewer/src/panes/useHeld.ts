/** What is on screen: a value or, while that one waits, the one before it, for as long as nobody minds. */
import { useEffect, useState } from "react";

const SHORT_MS = 200; // a change that comes sooner is not felt to be waited for

export function useHeld<T>(value: T, waits: boolean): T {
  const [held, hold] = useState(value);
  useEffect(() => {
    if (!waits) return hold(value);
    const timer = setTimeout(() => hold(value), SHORT_MS);
    return () => clearTimeout(timer);
  }, [value, waits]);
  return waits ? held : value;
}
