/** Answers that a person has in mind: how likely the model holds each, as what follows. */
import { AnswersTable } from "../components/AnswersTable";
import { OneField } from "../components/OneField";
import { Pane } from "../components/Pane";
import { liveQuestion } from "../liveState";
import type { Site } from "../nouns";
import { expectingOf, type PromptChange, type Prompting } from "../prompt";
import type { Prompted } from "./usePrompted";

type Props = { site: Site; model: string; state: Prompting; prompted: Prompted; onState: PromptChange };

export function AnswersPane({ site, model, state, prompted, onState }: Props) {
  const { given, predictions } = prompted;
  if (!given) return null;
  const body = { ...given, answers: [...state.answers], top_k: 0, ...expectingOf(state) };
  const told = predictions.data;
  const add = (text: string) => {
    if (text === "") return "Type what may follow, mostly with a space first.";
    if (!state.answers.includes(text)) onState({ answers: [...state.answers, text] });
    return null;
  };
  return (
    <Pane
      id="answers"
      title="Answers"
      ask={state.answers.length > 0 && liveQuestion(site, model, "predictions", body)}
    >
      <OneField
        label="What may follow; a space before a word belongs to it"
        button="Add"
        placeholder=" Jill"
        onEnter={add}
      />
      {told && told.answers.length > 0 && state.answers.length > 0 && (
        <div className={predictions.old ? "old" : undefined}>
          <AnswersTable
            answers={told.answers}
            changed={told.changed?.answers ?? null}
            onRemove={(answer) => onState({ answers: state.answers.filter((other) => other !== answer) })}
          />
          <p className="note">Rank 0 is the likeliest token; rank and logit are of the first token.</p>
        </div>
      )}
    </Pane>
  );
}
