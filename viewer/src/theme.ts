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

/** Marks the page with a theme; without one it follows the system. */
function show(theme: string | null): void {
  if (theme === "dark" || theme === "light") document.documentElement.dataset["theme"] = theme;
  else delete document.documentElement.dataset["theme"];
}

/** Shows a theme and keeps it; the one the system has needs no keeping and follows it again. */
export function choose(theme: Theme): void {
  const follows = theme === (system().matches ? "dark" : "light");
  show(follows ? null : theme);
  try {
    if (follows) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // storage refused: the choice lasts until the page is left
  }
  window.dispatchEvent(new Event(CHANGED));
}

/** Shows what was chosen before, where index.html does not do so. */
export function restoreTheme(): void {
  try {
    show(localStorage.getItem(KEY));
  } catch {
    // storage refused: the system's
  }
}

function subscribe(changed: () => void): () => void {
  const media = system();
  const stored = ({ key, newValue }: StorageEvent) => {
    if (key !== KEY && key !== null) return; // null: everything was cleared
    show(newValue);
    changed();
  };
  media.addEventListener("change", changed);
  window.addEventListener(CHANGED, changed);
  window.addEventListener("storage", stored); // another tab's choice
  return () => {
    media.removeEventListener("change", changed);
    window.removeEventListener(CHANGED, changed);
    window.removeEventListener("storage", stored);
  };
}

/** The theme on screen. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, current);
}
