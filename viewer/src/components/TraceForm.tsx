/** What is traced: a prompt, the number that its units are to account for, and what a unit is replaced by. */
import { type FormEvent, useState } from "react";
import type { GivenTrace } from "../nouns";
import { named } from "../tokens";
import { type Ask, givenIn, METRICS } from "../traceForm";
import { Choice } from "./Choice";
import { Refusal } from "./Refusal";
import { TracePrompt } from "./TracePrompt";

type Props = {
  model: string;
  chat: boolean; // whether it has a chat template
  first: Ask; // what stands in it at first
  busy: boolean;
  problem: Error | null;
  onAsk: (ask: Ask) => void; // as it is typed
  onTrace: (given: GivenTrace) => void;
};

const BASELINES = [
  ["zero", "Zero"],
  ["mean", "Its mean"],
  ["text", "Another text"],
] as const;
const METHODS = [
  ["patching", "Patching"],
  ["integrated_gradients", "Integrated gradients"],
  ["exact", "Exact"],
] as const;

export function TraceForm({ model, chat, first, busy, problem, onAsk, onTrace }: Props) {
  const [ask, setAsk] = useState(first);
  const [refused, setRefused] = useState<Error | null>(null);
  const change = (more: Partial<Ask>) => {
    setAsk({ ...ask, ...more });
    onAsk({ ...ask, ...more });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = givenIn(ask);
    setRefused(typeof given === "string" ? new Error(given) : null);
    if (typeof given !== "string" && !busy) onTrace(given);
  };
  return (
    <form className="trace-form text-box" onSubmit={submit}>
      <TracePrompt {...{ model, chat, ask, change }} />
      <Metric {...{ ask, change }} />
      <div className="strong-filters">
        <span>Each unit is replaced by</span>
        <Choice
          legend="What each unit is replaced by"
          options={BASELINES}
          value={ask.baseline}
          onChange={(baseline) => change({ baseline })}
        />
        {ask.baseline === "text" && (
          <Answer
            label="which has as many tokens"
            value={ask.other}
            onChange={(other) => change({ other })}
            wide
          />
        )}
        <Choice
          legend="How effects are worked out"
          options={METHODS}
          value={ask.method}
          onChange={(method) => change({ method })}
        />
      </div>
      <Refusal problem={refused ?? problem} />
      <div className="who">
        <button type="submit" className="main" aria-disabled={busy}>
          Trace
        </button>
        <span className="note" role="status">
          {busy ? "Asking for it …" : ""}
        </span>
      </div>
    </form>
  );
}

function Metric({ ask, change }: { ask: Ask; change: (more: Partial<Ask>) => void }) {
  const many = ask.metric === "difference";
  return (
    <div className="strong-filters">
      <span>What is accounted for</span>
      <Choice
        legend="What is accounted for"
        options={METRICS}
        value={ask.metric}
        onChange={(metric) => change({ metric })}
      />
      {ask.metric !== "loss" && (
        <Answer
          label={many ? "of the answer" : "of"}
          value={ask.answer}
          onChange={(answer) => change({ answer })}
        />
      )}
      {many && <Answer label="over" value={ask.rival} onChange={(rival) => change({ rival })} />}
    </div>
  );
}

type AnswerProps = { label: string; value: string; onChange: (text: string) => void; wide?: boolean };

/** A field whose outer spaces are part of what is typed, so they are shown. */
function Answer({ label, value, onChange, wide = false }: AnswerProps) {
  return (
    <label>
      {label}{" "}
      <input
        className={wide ? "wide-answer" : "answer"}
        dir="auto"
        autoComplete="off"
        spellCheck={false}
        {...(!wide && { placeholder: "␣Mary" })}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />{" "}
      {!wide && value !== "" && (
        <>
          read as <code dir="auto">{named(value)}</code>
        </>
      )}
    </label>
  );
}
