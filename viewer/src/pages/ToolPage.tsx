/** The page that a tool's link names; each is a script of its own. */
import { type Late, late } from "../components/Late";
import type { DatasetEntry, Site } from "../nouns";
import type { ToolRoute } from "../route";
import type { Tool } from "../tools";

/** What every such page is given; it writes what a person changed into the link with `navigate`. */
export type ToolProps = { site: Site; dataset: DatasetEntry; route: ToolRoute };

const LINES = 12;

const PAGES: Record<Tool, Late<ToolProps>> = {
  explore: late(async () => (await import("./ExplorePage")).ExplorePage, LINES),
  compare: late(async () => (await import("./ComparePage")).ComparePage, LINES),
  lists: late(async () => (await import("./ListsPage")).ListsPage, LINES),
  workbench: late(async () => (await import("./WorkbenchPage")).WorkbenchPage, LINES),
  puzzles: late(async () => (await import("./PuzzlesPage")).PuzzlesPage, LINES),
  reports: late(async () => (await import("./ReportsPage")).ReportsPage, LINES),
  prompt: late(async () => (await import("./PromptPage")).PromptPage, LINES),
  trace: late(async () => (await import("./TracePage")).TracePage, LINES),
};

/** Asks for a page's script; ends as its part's `ahead` does. */
export const toolAhead = (tool: Tool): Promise<void> => PAGES[tool].ahead();

export function ToolPage(props: ToolProps) {
  const Page = PAGES[props.route.tool];
  return <Page key={`${props.dataset.name} ${props.route.tool}`} {...props} />;
}
