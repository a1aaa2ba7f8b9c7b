/** How good the explanations of a dataset are now: best scores by layer, and explainers beside the baselines. */
import { LayerScoreRows } from "../components/LayerScoreRows";
import { Pane } from "../components/Pane";
import { ReportCommand } from "../components/ReportCommand";
import { Empty } from "../components/States";
import { scoresQuery } from "../datasetFiles";
import type { DatasetEntry, ExplainerScores, Scores } from "../nouns";
import { useQuery } from "../queries";
import { explainerSentence } from "../reports";
import { QueryView } from "./QueryView";

const NONE = "This dataset has no tables of units, which hold the scores: neuronscope index makes them.";

export function ScoresPane({ dataset }: { dataset: DatasetEntry }) {
  const offered = dataset.parts.includes("units");
  const query = useQuery(scoresQuery(dataset), offered);
  return (
    <Pane id="scores" title="Scores now" ask={offered ? { kind: "scores" } : undefined}>
      {offered ? (
        <QueryView query={query} lines={8} missing={NONE}>
          {(scores) => <Found {...scores} />}
        </QueryView>
      ) : (
        <Empty>{NONE}</Empty>
      )}
      <ReportCommand run={null} />
    </Pane>
  );
}

function Found({ layers, explainers, reason }: Scores) {
  if (layers.every(({ explained }) => explained === 0))
    return <Empty>No unit has been explained in words yet.</Empty>;
  return (
    <>
      <h3>Best score of each unit, by layer</h3>
      <LayerScoreRows layers={layers} />
      <h3>By explainer, beside the baselines</h3>
      {explainers ? <Explainers explainers={explainers} /> : <Empty>{reason}</Empty>}
    </>
  );
}

const Explainers = ({ explainers }: { explainers: readonly ExplainerScores[] }) => (
  <ul className="explainers">
    {explainers.map((one) => (
      <li key={one.label}>
        <b>{one.label}</b>
        <p className="note">{explainerSentence(one)}</p>
      </li>
    ))}
  </ul>
);
