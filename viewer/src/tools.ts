/** The pages beside home, search and units: how a link names them, what they are called, and where they make sense. Pure. */
import type { DatasetEntry, Site, SiteModel } from "./nouns";

export const TOOLS = [
  "explore",
  "compare",
  "lists",
  "workbench",
  "puzzles",
  "reports",
  "prompt",
  "trace",
] as const;
export type Tool = (typeof TOOLS)[number];

export const isTool = (name: string): name is Tool => (TOOLS as readonly string[]).includes(name);

/** A page that the home page and the palette lead to, and what makes it worth a visit: a part of the dataset, or a live model. */
type Way = { tool: Tool; title: string; about: string; needs: string | null };

const WAYS: readonly Way[] = [
  { tool: "explore", title: "Explore", about: "every unit in a table and a plot", needs: "units" },
  { tool: "lists", title: "Lists", about: "units put together under a title", needs: null },
  { tool: "compare", title: "Compare", about: "two to four units side by side", needs: null },
  { tool: "prompt", title: "Prompt", about: "a text of your own, through the model", needs: "live" },
  { tool: "trace", title: "Trace", about: "which units moved one output", needs: "traces" },
  { tool: "puzzles", title: "Puzzles", about: "read the texts, pick the explanation", needs: "puzzles" },
  { tool: "reports", title: "Reports", about: "how runs of explanations went", needs: "reports" },
];

/** Parts that a live model makes up for. */
const LIVE: readonly string[] = ["live", "traces"];

/** The live model that a dataset's texts go through: the first that fits it, else the first; undefined where there is none. */
export function liveModel({ models }: Site, { name }: DatasetEntry): SiteModel | undefined {
  const live = (models ?? []).filter(({ use }) => use === "live");
  return live.find(({ datasets }) => datasets?.includes(name)) ?? live[0];
}

/** The pages that have something to show of a dataset. */
export const waysOf = (site: Site, dataset: DatasetEntry): readonly Way[] =>
  WAYS.filter(
    ({ needs }) =>
      needs === null || dataset.parts.includes(needs) || (LIVE.includes(needs) && liveModel(site, dataset)),
  );
