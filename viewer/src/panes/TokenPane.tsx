/** One token: what the model expected in its place; and what it expects behind the text. */
import { AlternativesTable } from "../components/AlternativesTable";
import { Pane } from "../components/Pane";
import { Loading } from "../components/States";
import { liveQuestion } from "../liveState";
import type { Site } from "../nouns";
import { expectedSentence, shifted } from "../predicted";
import { expectingOf, type PromptChange, type Prompting } from "../prompt";
import { named, short } from "../tokens";
import { type Prompted, TOP } from "./usePrompted";

type Props = { site: Site; model: string; state: Prompting; prompted: Prompted; onState: PromptChange };

export function TokenPane({ site, model, state, prompted, onState }: Props) {
  const { given, predictions } = prompted;
  const told = predictions.data;
  if (!given) return null;
  const at = state.at !== null && told && state.at < told.positions.length ? state.at : null;
  const there = at === null ? undefined : told?.positions[at];
  const changed = told?.changed ?? null;
  const after = at === null ? changed?.next : changed?.positions[at];
  const before = there ?? told?.next;
  const ask = liveQuestion(site, model, "predictions", { ...given, top_k: TOP, ...expectingOf(state) });
  return (
    <Pane id="token" title={there ? `In place of ${named(there.token)}` : "What follows"} ask={ask}>
      {!before || !told ? (
        predictions.isFetching && <Loading lines={6} />
      ) : (
        <div className={predictions.old ? "old" : undefined}>
          <p className="note">
            {there
              ? expectedSentence(there)
              : `Entropy ${short(told.next.entropy)} nats. Click a token to look at it.`}
          </p>
          {at !== null && (
            <p className="note">
              <button type="button" onClick={() => onState({ at: null })}>
                Back to what follows
              </button>
            </p>
          )}
          {before.top.length > 0 && (
            <AlternativesTable
              caption={there ? "What might have stood there" : "What might come next"}
              rows={
                after
                  ? shifted(before.top, after.top)
                  : before.top.map((one) => ({ token: one.token, before: one.logprob, after: null }))
              }
              changed={changed !== null}
              there={there?.token}
            />
          )}
        </div>
      )}
    </Pane>
  );
}
