/** What one file of units holds, asked for: the built frame, and all that a dataset has of each unit. */
import { ask, explanationsQuery, fileUrl, manifestQuery, Problem, recordQuery } from "./api";
import type { ShownUnit } from "./dashboard/shapes";
import type { DatasetEntry, NeuronRecord, ScoredExplanation, UnitAddress } from "./nouns";
import type { Query } from "./queries";
import { reportFile } from "./reportFile";
import { logits, tokensByActivation, tokensByWeight } from "./unitParts";
import { placeOf } from "./words";

const AT_ONCE = 6; // units that are asked for side by side

/** `told` hears what share of the units is there. Rejects with a Problem; lets an abort through. */
export async function readReport(
  dataset: DatasetEntry,
  title: string,
  places: readonly UnitAddress[],
  signal: AbortSignal,
  told: (share: number) => void,
): Promise<string> {
  const frame = await frameOf(signal);
  const manifest = await maybe(manifestQuery(dataset), signal);
  const units = new Array<ShownUnit>(places.length);
  let [next, done] = [0, 0];
  const work = async () => {
    for (let place = next++; place < places.length; place = next++) {
      units[place] = await readUnit(dataset, places[place] as UnitAddress, signal);
      done += 1;
      told(done / places.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return reportFile(frame, title, units, manifest);
}

async function frameOf(signal: AbortSignal): Promise<string> {
  const answer = await ask(fileUrl("dashboard", "page.html"), { signal });
  if (!answer.ok)
    throw new Problem(answer.status, "This copy of the viewer has no frame for such files: build it anew.");
  return answer.text();
}

async function readUnit(dataset: DatasetEntry, at: UnitAddress, signal: AbortSignal): Promise<ShownUnit> {
  const of = <T>(part: string, query: Query<T>) =>
    dataset.parts.includes(part) ? maybe(query, signal) : null;
  const [record, explained, active, weighted, written] = await Promise.all([
    maybe(recordQuery(dataset, at), signal),
    of("explanations", explanationsQuery(dataset, at)),
    of(tokensByActivation.part, tokensByActivation.query(dataset, at)),
    of(tokensByWeight.part, tokensByWeight.query(dataset, at)),
    of(logits.part, logits.query(dataset, at)),
  ]);
  const nothing: NeuronRecord = { neuron_id: { layer_index: at.layer, neuron_index: at.unit } };
  return {
    key: placeOf(at),
    record: record ?? nothing,
    explanations: explained?.scored_explanations.map(withoutTexts) ?? null,
    tokens_by_activation: active,
    tokens_by_weight: weighted,
    logits: written,
  };
}

/** Its numbers alone: the texts that it was scored on would be most of the file. */
function withoutTexts(explanation: ScoredExplanation): ScoredExplanation {
  const { scored_simulation: simulation } = explanation;
  if (!simulation) return explanation;
  return { ...explanation, scored_simulation: { ...simulation, scored_sequence_simulations: [] } };
}

/** The answer, or null where there is no such file. */
async function maybe<T>(query: Query<T>, signal: AbortSignal): Promise<T | null> {
  try {
    return await query.ask(signal);
  } catch (error) {
    if (error instanceof Problem && error.missing) return null;
    throw error;
  }
}
