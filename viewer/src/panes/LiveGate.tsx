/** The live model, once it can be asked; before and without that a sentence that says why, and what to do. */
import "../styles/people.css";
import "../styles/live.css";
import type { ReactNode } from "react";
import { Empty } from "../components/States";
import { TokenField } from "../components/TokenField";
import { keep, useKept } from "../keeping";
import { liveState } from "../liveState";
import type { DatasetEntry, Site } from "../nouns";

type Props = { site: Site; dataset: DatasetEntry; children: (model: string) => ReactNode };

export function LiveGate({ site, dataset, children }: Props) {
  const found = liveState(site, dataset);
  const armed = useKept("token") !== null || !site.token;
  if (found.state === "loading")
    return (
      <p className="note" role="status">
        {found.said} This page goes on by itself.
      </p>
    );
  if (found.state !== "ready") return <Empty>{found.said}</Empty>;
  if (!armed) return <TokenField onToken={(token) => keep("token", token)} />;
  return children(found.model.name);
}
