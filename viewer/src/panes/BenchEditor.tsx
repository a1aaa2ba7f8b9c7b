/** The words that are put to the test, and the button that simulates and scores them, where the site has a model. */
import { useId, useRef } from "react";
import type { Bench, BenchChange } from "../bench";
import type { Candidate } from "../candidates";
import { Fold } from "../components/Disclosure";
import { ScoreJob } from "../components/ScoreJob";
import { SeedField } from "../components/SeedField";
import { Empty } from "../components/States";
import { TokenField } from "../components/TokenField";
import { keep } from "../keeping";
import type { Site } from "../nouns";
import { scoringModel } from "../people";
import type { Draft } from "./useDraft";
import type { Scoring } from "./useScoreJob";

type Props = {
  name: string;
  site: Site;
  armed: boolean; // nothing stands between the person and a score
  scoring: Scoring;
  draft: Draft;
  before: Candidate | null;
  bench: Bench;
  onBench: BenchChange;
};

export function BenchEditor({ name, site, armed, scoring, draft, before, bench, onBench }: Props) {
  const id = useId();
  const words = useRef<HTMLTextAreaElement>(null);
  const model = scoringModel(site);
  const began = before?.scored.explanation.trim() ?? "";
  const text = draft.text ?? began;
  if (!site.scoring || !model) return <Empty>{OFF}</Empty>;
  if (model.status === "failed") return <Empty>Nothing can be simulated now: {model.detail}</Empty>;
  const { onStart, ...job } = scoring;
  return (
    <div className="write">
      <label htmlFor={id}>What does this {name.toLowerCase()} respond to?</label>
      <textarea
        id={id}
        ref={words}
        rows={4}
        dir="auto"
        value={text}
        onChange={({ target }) => draft.write(target.value)}
      />
      {!armed && <TokenField onToken={(token) => keep("token", token)} />}
      <div className="who">
        {armed && (
          <ScoreJob
            {...{ text, model: model.name, ...job }}
            action="Simulate and score"
            idle={`${model.name} simulates it on texts that no explainer has seen.`}
            drawn={false}
            onStart={() => onStart({ text, seed: bench.seed, sequences: true })}
          />
        )}
        {draft.text !== null && draft.text !== began && (
          <button
            type="button"
            onClick={() => {
              draft.write(null);
              words.current?.focus(); // the button goes
            }}
          >
            Start again from the words before
          </button>
        )}
      </div>
      <Fold title={bench.seed === 0 ? "Seed" : `Seed ${bench.seed}`}>
        <SeedField seed={bench.seed} onSeed={(seed) => onBench((from) => ({ ...from, seed }))} />
      </Fold>
    </div>
  );
}

const OFF =
  "Nothing can be simulated here, so words cannot be tried out; what was simulated before can be looked at. To try words out, serve the dataset with a model: neuronscope serve DATASET --llm MODEL";
