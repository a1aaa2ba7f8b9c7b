/** Switches between light and dark. */
import type { Theme } from "../theme";

type Props = { theme: Theme; onTheme: (theme: Theme) => void };

export function ThemeButton({ theme, onTheme }: Props) {
  const other = theme === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      className="icon"
      aria-label={`Use the ${other} theme`}
      onClick={() => onTheme(other)}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M8 2 A6 6 0 0 1 8 14 Z" fill="currentColor" />
      </svg>
    </button>
  );
}
