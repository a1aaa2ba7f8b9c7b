/** The pages beside home, search and units: how a link names them, what they are called, and where they make sense. Pure. */
import type { DatasetEntry } from "./nouns";

export const TOOLS = ["explore", "compare", "lists", "workbench", "puzzles", "reports"] as const;
export type Tool = (typeof TOOLS)[number];

export const isTool = (name: string): name is Tool => (TOOLS as readonly string[]).includes(name);

/** A page that the home page and the palette lead to, and the part of a dataset without which it is empty. */
type Way = { tool: Tool; title: string; about: string; needs: string | null };

const WAYS: readonly Way[] = [
  { tool: "explore", title: "Explore", about: "every unit in a table and a plot", needs: "units" },
  { tool: "lists", title: "Lists", about: "units put together under a title", needs: null },
  { tool: "compare", title: "Compare", about: "two to four units side by side", needs: null },
  { tool: "puzzles", title: "Puzzles", about: "read the texts, pick the explanation", needs: "puzzles" },
  { tool: "reports", title: "Reports", about: "how runs of explanations went", needs: "reports" },
];

/** The pages that have something to show of a dataset. */
export const waysOf = ({ parts }: DatasetEntry): readonly Way[] =>
  WAYS.filter(({ needs }) => needs === null || parts.includes(needs));
