/** Light or dark, and how to change that: a page's own theme, or that of the notebook that a widget stands in. */
import { useEffect, useState } from "react";
import { choose, type Theme, useTheme } from "../theme";

export type Themed = { theme: Theme; onTheme: (theme: Theme) => void };

/** A page's. */
export const usePageTheme = (): Themed => ({ theme: useTheme(), onTheme: choose });

/** What surrounds a widget until a person chooses; `host` is marked with it. */
export function useHostTheme(host: HTMLElement): Themed {
  const [around, setAround] = useState<Theme>(() => themeAround(host));
  const [chosen, setChosen] = useState<Theme | null>(null);
  useEffect(() => {
    const look = () => setAround(themeAround(host));
    const observer = new MutationObserver(look);
    for (const element of [document.documentElement, document.body])
      observer.observe(element, { attributes: true });
    look();
    return () => observer.disconnect();
  }, [host]);
  const theme = chosen ?? around;
  useEffect(() => {
    host.dataset["theme"] = theme;
  }, [host, theme]);
  return { theme, onTheme: setChosen };
}

/** Dark where what lies behind an element is; every notebook says its theme in another way, and all paint it. */
export function themeAround(element: HTMLElement): Theme {
  for (let at: HTMLElement | null = element.parentElement; at; at = at.parentElement) {
    const light = lightness(getComputedStyle(at).backgroundColor);
    if (light !== null) return light < 0.5 ? "dark" : "light";
  }
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** From 0 to 1, of rgb(…) or rgba(…); null where nothing, or next to nothing, is painted. */
export function lightness(colour: string): number | null {
  const [red, green, blue, alpha = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  if (!/^rgba?\(/.test(colour) || red === undefined || green === undefined || blue === undefined) return null;
  return alpha < 0.5 ? null : (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}
