/** What one file of units holds, asked for: the built frame, and all that a dataset has of each unit. */
import { ask, explanationsQuery, fileUrl, manifestQuery, Problem, recordQuery } from "./api";
import type { DatasetEntry, ListedUnit, ScoredExplanation } from "./nouns";
import type { Query } from "./queries";
import { reportFile } from "./reportFile";
import { bestFirst } from "./scores";
import type { ShownUnit } from "./shown";
import { logits, tokensByActivation, tokensByWeight } from "./unitParts";
import { placeOf } from "./words";

export const MOST_UNITS = 200; // in one file: each takes some 50 kB there, and five requests
const AT_ONCE = 6; // units that are asked for side by side

/** `told` hears how many of the units are there. Rejects with a Problem; lets an abort through. */
export async function readReport(
  dataset: DatasetEntry,
  title: string,
  listed: readonly ListedUnit[],
  signal: AbortSignal,
  told: (done: number, of: number) => void,
): Promise<string> {
  const wanted = [...new Map(listed.map((unit) => [placeOf(unit), unit])).values()];
  if (wanted.length > MOST_UNITS)
    throw new Problem(
      0,
      `These are ${wanted.length} units, and the page makes files of ${MOST_UNITS} at most: the command neuronscope export html has no such limit.`,
    );
  const frame = await frameOf(signal);
  const manifest = await maybe(manifestQuery(dataset), signal);
  const units = new Array<ShownUnit>(wanted.length);
  const left = wanted.entries();
  let done = 0;
  const work = async () => {
    for (const [place, unit] of left) {
      units[place] = await readUnit(dataset, unit, signal);
      done += 1;
      told(done, wanted.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return reportFile(frame, title, units, manifest);
}

/** The frame with script and styles in it, which the build puts beside the viewer. */
async function frameOf(signal: AbortSignal): Promise<string> {
  const answer = await ask(fileUrl("dashboard", "page.html"), { signal });
  if (answer.ok) return answer.text();
  throw new Problem(answer.status, "dashboard/page.html, the frame of such files, is not beside the viewer.");
}

async function readUnit(dataset: DatasetEntry, unit: ListedUnit, signal: AbortSignal): Promise<ShownUnit> {
  const { layer, unit: number } = unit;
  const at = { layer, unit: number };
  const of = <T>(part: string, query: Query<T>) =>
    dataset.parts.includes(part) ? maybe(query, signal) : null;
  const [record, explained, active, weighted, written] = await Promise.all([
    maybe(recordQuery(dataset, at), signal),
    of("explanations", explanationsQuery(dataset, at)),
    of(tokensByActivation.part, tokensByActivation.query(dataset, at)),
    of(tokensByWeight.part, tokensByWeight.query(dataset, at)),
    of(logits.part, logits.query(dataset, at)),
  ]);
  return {
    key: placeOf(at),
    record: record ?? { neuron_id: { layer_index: layer, neuron_index: number } },
    name: unit.label ?? null,
    explanations: explained ? bestFirst(explained.scored_explanations).map(withoutTexts) : null,
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
