/** Which two explanations are compared: one before, and one after or none. */
import { useId } from "react";
import type { BenchChange } from "../bench";
import { type Candidate, lineOf } from "../candidates";
import { Words } from "./Words";

type Props = {
  candidates: readonly Candidate[];
  before: Candidate | null;
  after: Candidate | null;
  onBench: BenchChange;
};

export function BenchChoices({ candidates, before, after, onBench }: Props) {
  if (!candidates[0]) return null;
  return (
    <div className="bench-choices">
      <Chooser
        title="Before"
        candidates={candidates}
        value={before?.key ?? ""}
        onChoose={(key) =>
          onBench((from) => ({
            ...from,
            before: key === candidates[0]?.key ? null : key,
            after: key === after?.key ? (before?.key ?? null) : from.after, // the two change places
            open: [],
          }))
        }
      />
      {candidates[1] && (
        <Chooser
          title="After"
          none="nothing: only the one before"
          candidates={candidates.filter(({ key }) => key !== before?.key)}
          value={after?.key ?? ""}
          onChoose={(key) => onBench((from) => ({ ...from, after: key || null, open: [] }))}
        />
      )}
    </div>
  );
}

type ChooserProps = {
  title: string;
  none?: string;
  candidates: readonly Candidate[];
  value: string;
  onChoose: (key: string) => void;
};

function Chooser({ title, none, candidates, value, onChoose }: ChooserProps) {
  const id = useId();
  const chosen = candidates.find(({ key }) => key === value);
  return (
    <>
      <label htmlFor={id}>{title}</label>
      <select id={id} value={value} onChange={({ target }) => onChoose(target.value)}>
        {none && <option value="">{none}</option>}
        {candidates.map((one) => (
          <option key={one.key} value={one.key}>
            {lineOf(one)}
          </option>
        ))}
      </select>
      {chosen && <Words className="words" text={chosen.scored.explanation} />}
    </>
  );
}
