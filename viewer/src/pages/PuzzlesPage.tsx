/** The puzzles of a dataset: all of them, or the one that the link names with its choices in the order of the link's seed. */
import { useEffect } from "react";
import { PuzzlesPane } from "../panes/PuzzlesPane";
import { formatSeed, parsePuzzleLink } from "../puzzles";
import { formatRoute, navigate, type ToolRoute } from "../route";
import { visible } from "../tokens";
import { FIRST_VIEW } from "../view";
import type { ToolProps } from "./ToolPage";
import "../styles/puzzles.css";

export function PuzzlesPage({ dataset, route }: ToolProps) {
  const link = parsePuzzleLink(route.rest, route.query);
  useEffect(() => {
    document.title = `${link.which ? `Puzzle ${visible(link.which)}` : "Puzzles"} · ${dataset.title}`;
  }, [link.which, dataset.title]);
  const to = (which: string | null, seed: number): ToolRoute => ({
    ...route,
    rest: which === null ? [] : [which],
    query: formatSeed(seed),
  });
  return (
    <PuzzlesPane
      {...{ dataset, link }}
      hrefOf={(number) => formatRoute(to(number === null ? null : String(number), link.seed))}
      unitHref={(unit) =>
        formatRoute({ page: "unit", dataset: dataset.name, layer: 0, unit, view: FIRST_VIEW })
      }
      onGo={(number) => navigate(to(String(number), link.seed))}
      onSeed={(seed) => navigate(to(link.which, seed), { replace: true })}
    />
  );
}
