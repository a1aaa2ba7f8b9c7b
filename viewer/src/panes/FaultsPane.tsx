/** Where an explanation is wrong, of the one before or the one after. */
import { useMemo } from "react";
import type { Bench, BenchChange, Side } from "../bench";
import { type Candidate, simulationOf } from "../candidates";
import { scaleOf } from "../color";
import { Choice } from "../components/Choice";
import { Disclosure } from "../components/Disclosure";
import { FaultList } from "../components/FaultList";
import type { Asks } from "../components/How";
import { Pane } from "../components/Pane";
import { SimulatedTexts } from "../components/SimulatedTexts";
import { Empty } from "../components/States";
import { faultsOf, faultsSaid } from "../faults";
import type { NeuronRecord, ScoredSimulation } from "../nouns";
import { quoted } from "../people";
import { scoredTexts } from "../simulated";
import { toggled } from "../view";
import { plural } from "../words";

type Props = {
  record: NeuronRecord | undefined;
  before: Candidate;
  after: Candidate | null;
  scoring: boolean;
  bench: Bench;
  onBench: BenchChange;
  asks: Asks;
};

const WORKED =
  "A token’s error is its simulated activation minus the real one, as a share of the scale that is said below: the " +
  "unit’s maximum in its record. Both are in the simulated texts of the explanation, or of the score.";
const SIDES: readonly (readonly [Side, string])[] = [
  ["before", "Before"],
  ["after", "After"],
];

export function FaultsPane({ record, before, after, scoring, bench, onBench, asks }: Props) {
  const shown = after && bench.side === "after" ? after : before;
  const simulation = simulationOf(shown);
  return (
    <Pane id="wrong" title="Where it is wrong" ask={simulation && asks} worked={WORKED}>
      {after && (
        <div className="toolbar">
          <Choice
            legend="Of which explanation"
            options={SIDES}
            value={bench.side}
            onChange={(side) => onBench((from) => ({ ...from, side, open: [] }))}
          />
          <span className="note">{quoted(shown.scored.explanation)}</span>
        </div>
      )}
      {simulation ? (
        <Faulty {...{ record, simulation, bench, onBench }} />
      ) : (
        <Empty>
          No texts were kept of this explanation’s simulation
          {scoring ? "; simulate and score its words to see where they are wrong." : "."}
        </Empty>
      )}
    </Pane>
  );
}

type FaultyProps = {
  record: NeuronRecord | undefined;
  simulation: ScoredSimulation;
  bench: Bench;
  onBench: BenchChange;
};

function Faulty({ record, simulation, bench, onBench }: FaultyProps) {
  const texts = useMemo(() => scoredTexts(simulation), [simulation]);
  const scale = useMemo(
    () => scaleOf(record ?? { most_positive_activation_records: texts.map((text) => text.real) }),
    [record, texts],
  );
  const faults = useMemo(() => faultsOf(texts, scale), [texts, scale]);
  const toggle = (key: string, on: boolean) =>
    onBench((from) => ({ ...from, open: toggled(from.open, key, on) }));
  return (
    <>
      {faultsSaid(faults, texts, scale).map((said) => (
        <p key={said} className="note">
          {said}
        </p>
      ))}
      <div className="faults">
        {(["over", "under"] as const).map((kind) => (
          <FaultList
            key={kind}
            {...{ kind, faults, texts, scale, open: bench.open, listed: bench[kind] }}
            onOpen={toggle}
            onMore={(listed) => onBench((from) => ({ ...from, [kind]: listed }))}
          />
        ))}
      </div>
      <Disclosure
        title={`${plural(texts.length, "whole text")}, real and simulated`}
        open={bench.open.includes("texts")}
        onOpen={(on) => toggle("texts", on)}
      >
        <SimulatedTexts
          {...{ simulation, unit: record, beside: bench.beside, breaks: "inline" }}
          onBeside={(beside) => onBench((from) => ({ ...from, beside }))}
        />
      </Disclosure>
    </>
  );
}
