/** A text of one's own through the live model; everything that is set stands in the link. */
import "../styles/live.css";
import { useCallback, useEffect, useRef } from "react";
import { CopyLink } from "../components/CopyLink";
import { Boundary } from "../components/Pane";
import { LiveGate } from "../panes/LiveGate";
import { PromptPane } from "../panes/PromptPane";
import { formatPrompt, type Prompting, parsePrompt } from "../prompt";
import { formatRoute, navigate } from "../route";
import { liveModel } from "../tools";
import { FIRST_VIEW } from "../view";
import type { ToolProps } from "./ToolPage";

export function PromptPage({ site, dataset, route }: ToolProps) {
  const state = parsePrompt(route.query);
  const latest = useRef(state);
  latest.current = state;
  useEffect(() => {
    document.title = `Prompt · ${dataset.title}`;
  }, [dataset.title]);
  const onState = useCallback(
    (change: Partial<Prompting>) => {
      latest.current = { ...latest.current, ...change };
      const query = formatPrompt(latest.current);
      navigate({ page: "tool", dataset: dataset.name, tool: "prompt", rest: [], query }, { replace: true });
    },
    [dataset.name],
  );
  return (
    <>
      <header className="head">
        <h1 tabIndex={-1}>Prompt</h1>
        <nav aria-label="Ways on">
          <CopyLink />
        </nav>
      </header>
      {liveModel(site, dataset) ? (
        <LiveGate {...{ site, dataset }}>
          {(model) => (
            <Boundary>
              <PromptPane
                {...{ site, dataset, model, state, onState }}
                unitHref={({ layer, unit }) =>
                  formatRoute({
                    page: "unit",
                    dataset: dataset.name,
                    layer,
                    unit,
                    view: { ...FIRST_VIEW, text: state.text },
                  })
                }
              />
            </Boundary>
          )}
        </LiveGate>
      ) : (
        <p className="note">
          This site runs no model, so no text can be tried here. Its owner can start one beside the dataset:
          neuronscope serve DATASET --model MODEL
        </p>
      )}
    </>
  );
}
