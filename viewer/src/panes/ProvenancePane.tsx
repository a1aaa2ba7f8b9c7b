/** How a unit's numbers came about, what is not there, and the files they stand in. */
import { explanationsQuery, isLive, manifestQuery, recordQuery } from "../api";
import { Pane } from "../components/Pane";
import { Rows } from "../components/Rows";
import { Saved } from "../components/Saved";
import type { DatasetEntry, NeuronRecord, NeuronSimulationResults, UnitAddress } from "../nouns";
import { hasRecords } from "../parts";
import { madeRows, qualityRows } from "../quality";
import { useQuery } from "../queries";
import { placeOf } from "../words";
import { QueryView } from "./QueryView";
import { ReportSaved } from "./ReportSaved";

type Props = { dataset: DatasetEntry; at: UnitAddress };

export function ProvenancePane({ dataset, at }: Props) {
  const manifest = useQuery(manifestQuery(dataset));
  const unit = useQuery(recordQuery(dataset, at)).data;
  const explained = useQuery(explanationsQuery(dataset, at), dataset.parts.includes("explanations")).data;
  return (
    <Pane id="provenance" title="How it was made" ask={{ kind: "manifest" }}>
      <QueryView query={manifest} lines={10} missing="This dataset does not say how it was made.">
        {(its) => (
          <>
            {its.notes?.map((note) => (
              <p key={note} className="note">
                {note}
              </p>
            ))}
            <Rows className="stats made" rows={madeRows(its, hasRecords(dataset))} />
            <h3>What is not there</h3>
            <Rows
              className="stats"
              rows={[
                ...(hasRecords(dataset) ? [] : [{ name: "Activations", value: "of no unit" }]),
                ...qualityRows(its, unit, explained?.scored_explanations ?? []),
              ]}
            />
          </>
        )}
      </QueryView>
      {isLive(dataset) ? (
        <Files {...{ dataset, at, unit, explained }} />
      ) : (
        <Copies {...{ dataset, at, unit, explained }} />
      )}
      <p className="note ways">
        <ReportSaved
          key={placeOf(at)}
          dataset={dataset}
          name={`${dataset.name}-${at.layer}-${at.unit}`}
          title={`${dataset.title} · ${placeOf(at)}`}
          unitsOf={async () => [at]}
        />
      </p>
    </Pane>
  );
}

/** The unit as it is stored. */
function Files({ dataset, at, unit, explained }: CopiesProps) {
  const name = `${dataset.name}-${at.layer}-${at.unit}`;
  if (!unit && !explained) return null;
  return (
    <p className="note ways">
      Download:
      {unit && (
        <a href={recordQuery(dataset, at).key} download={`${name}.json`}>
          record as JSON
        </a>
      )}
      {explained && (
        <a href={explanationsQuery(dataset, at).key} download={`${name}-explanations.json`}>
          explanations
        </a>
      )}
    </p>
  );
}

type CopiesProps = Props & {
  unit: NeuronRecord | undefined;
  explained: NeuronSimulationResults | undefined;
};

/** On a site of files a unit may have no file of its own: what was read is saved. */
function Copies({ dataset, at, unit, explained }: CopiesProps) {
  const name = `${dataset.name}-${at.layer}-${at.unit}`;
  if (!unit && !explained) return null;
  return (
    <p className="note ways">
      Download:
      {unit && (
        <Saved name={`${name}.json`} type="application/json" text={() => JSON.stringify(unit)}>
          record as JSON
        </Saved>
      )}
      {explained && (
        <Saved
          name={`${name}-explanations.json`}
          type="application/json"
          text={() => JSON.stringify(explained)}
        >
          explanations
        </Saved>
      )}
    </p>
  );
}
