/** Light or dark: the system's, until a person chooses. index.html reads the same key before the first paint. */
import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark";

const KEY = "neuronscope-theme";
const CHANGED = "neuronscope-theme-changed";
const system = () => window.matchMedia("(prefers-color-scheme: dark)");

function current(): Theme {
  const chosen = document.documentElement.dataset["theme"];
  if (chosen === "dark" || chosen === "light") return chosen;
  return system().matches ? "dark" : "light";
}

/** Shows a theme and keeps it; the one the system has needs no keeping and follows it again. */
export function choose(theme: Theme): void {
  const follows = theme === (system().matches ? "dark" : "light");
  if (follows) delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    if (follows) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // storage refused: the choice lasts until the page is left
  }
  window.dispatchEvent(new Event(CHANGED));
}

function subscribe(changed: () => void): () => void {
  const media = system();
  media.addEventListener("change", changed);
  window.addEventListener(CHANGED, changed);
  return () => {
    media.removeEventListener("change", changed);
    window.removeEventListener(CHANGED, changed);
  };
}

/** The theme on screen. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, current);
}
