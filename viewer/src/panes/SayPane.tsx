/** What the model says next, token after token: as it is and, where anything is changed, as it is then. */
import { useEffect, useId, useRef, useState } from "react";
import { Pane } from "../components/Pane";
import { Failed } from "../components/States";
import { generated } from "../liveAsking";
import { liveQuestion } from "../liveState";
import type { Generation, Site } from "../nouns";
import { reasonOf } from "../predicted";
import { changesOf, MOST_TOKENS, type PromptChange, type Prompting } from "../prompt";
import { plural } from "../words";
import type { Prompted } from "./usePrompted";

type Props = { site: Site; model: string; state: Prompting; prompted: Prompted; onState: PromptChange };
type Run = "without" | "with";
type Told = Record<Run, string>;
const NOTHING: Told = { without: "", with: "" };

export function SayPane({ site, model, state, prompted, onState }: Props) {
  const { given } = prompted;
  const body = given && {
    ...given,
    max_tokens: state.tokens,
    temperature: state.temperature,
    seed: state.seed,
    ...changesOf(state),
  };
  const wanted = JSON.stringify(body);
  const said = useSaid(model, state.said ? wanted : null);
  if (!given || !body) return null;
  const both = state.changes.length > 0 || state.splice !== null;
  return (
    <Pane id="say" title="Go on" ask={liveQuestion(site, model, "generate", { ...body, stream: false })}>
      <Options {...{ state, onState }} />
      <div className="live-who">
        <button
          type="button"
          className="main"
          onClick={() => (state.said ? said.again() : onState({ said: true }))}
          aria-disabled={said.running}
        >
          {state.said ? "Once more" : "Go on"}
        </button>
        {said.running && (
          <button type="button" onClick={said.stop}>
            Stop
          </button>
        )}
        <span className="note" role="status">
          {said.running ? "The model writes …" : ""}
        </span>
      </div>
      {said.error && <Failed message={said.error.message} onRetry={said.again} />}
      {state.said && (
        <div className={both ? "runs two" : "runs"}>
          <Said title={both ? "As it is" : null} text={said.told.without} whole={said.whole} run="without" />
          {both && <Said title="Changed" text={said.told.with} whole={said.whole} run="with" />}
        </div>
      )}
      {both && said.whole && (
        <p className="note">
          {said.whole.parts_at === null
            ? "Both say the same."
            : `They part at token ${said.whole.parts_at + 1}; both drew with seed ${state.seed}.`}
        </p>
      )}
    </Pane>
  );
}

function Said({
  title,
  text,
  whole,
  run,
}: {
  title: string | null;
  text: string;
  whole: Generation | null;
  run: Run;
}) {
  const found = whole?.runs.find((one) => one.run === run);
  return (
    <div>
      {title && <h3>{title}</h3>}
      <p className="said" dir="auto">
        {found?.text ?? text}
      </p>
      {found && (
        <p className="note">
          {plural(found.tokens.length, "token")}. {reasonOf(found)}
        </p>
      )}
    </div>
  );
}

function Options({ state, onState }: Pick<Props, "state" | "onState">) {
  const id = useId();
  const field = (
    name: "tokens" | "temperature" | "seed",
    label: string,
    least: number,
    most: number,
    step: number,
  ) => (
    <label htmlFor={`${id}-${name}`}>
      {label}{" "}
      <input
        id={`${id}-${name}`}
        type="number"
        min={least}
        max={most}
        step={step}
        value={state[name]}
        onChange={({ target }) => {
          const value = Number(target.value);
          if (target.value !== "" && value >= least && value <= most) onState({ [name]: value, said: false });
        }}
      />
    </label>
  );
  return (
    <div className="strong-filters">
      {field("tokens", "At most tokens", 1, MOST_TOKENS, 1)}
      {field("temperature", "Temperature", 0, 10, 0.1)}
      {field("seed", "Seed", 0, 2 ** 31 - 1, 1)}
    </div>
  );
}

/** Asks as soon as something is wanted, and anew when that changes; who leaves ends it. */
function useSaid(model: string, wanted: string | null) {
  const [told, setTold] = useState(NOTHING);
  const [whole, setWhole] = useState<Generation | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [running, setRunning] = useState(false);
  const [turn, setTurn] = useState(0);
  const call = useRef<AbortController | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn asks the same again
  useEffect(() => {
    if (wanted === null) return;
    const here = new AbortController();
    call.current = here;
    setTold(NOTHING);
    setWhole(null);
    setError(null);
    setRunning(true);
    const run = async () => {
      for await (const item of generated(model, JSON.parse(wanted), here.signal)) {
        if (here.signal.aborted) return;
        if ("step" in item) {
          const { run: which, text } = item.step;
          setTold((before) => ({ ...before, [which]: before[which] + text }));
        } else setWhole(item.whole);
      }
    };
    run()
      .catch((problem) => here.signal.aborted || setError(problem))
      .finally(() => call.current === here && setRunning(false));
    return () => here.abort();
  }, [model, wanted, turn]);
  const stop = () => {
    call.current?.abort();
    setRunning(false);
  };
  return { told, whole, error, running, stop, again: () => setTurn((before) => before + 1) };
}
