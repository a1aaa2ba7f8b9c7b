/** How large an element is drawn, in CSS px, as it changes. */
import { type RefObject, useLayoutEffect, useState } from "react";

export type Size = { width: number; height: number };

export function useSize(element: RefObject<HTMLElement | null>, first: Size): Size {
  const [size, setSize] = useState(first);
  useLayoutEffect(() => {
    const box = element.current;
    if (!box) return;
    const look = () => {
      const { clientWidth: width, clientHeight: height } = box;
      if (width > 0 && height > 0)
        setSize((last) => (last.width === width && last.height === height ? last : { width, height }));
    };
    look();
    if (!("ResizeObserver" in window)) return;
    const observer = new ResizeObserver(look);
    observer.observe(box);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
