/** A piece of the text on which a unit is strongest; its strongest token where the text is not there (yet). */
import { recordQuery } from "../api";
import { scaleOf } from "../color";
import { TokenRuns } from "../components/TokenRuns";
import type { DatasetEntry, NeuronRecord, UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import { around, drawn, glyphs, peakOf, runs } from "../tokens";

// The peak stays in sight on a narrow screen; a wide one has room for what follows it.
const WINDOW = { before: 4, after: 14 };

type Props = { dataset: DatasetEntry; at: UnitAddress; peakToken: string | null; offered: boolean };

export function Preview({ dataset, at, peakToken, offered }: Props) {
  const { data } = useQuery(recordQuery(dataset, at), offered);
  const strongest = data && strongestOf(data);
  if (strongest) return <TokenRuns runs={strongest} />;
  return peakToken ? <span className="l10 peak">{drawn(peakToken)}</span> : null;
}

/** The surroundings of the peak in the unit's first top record. */
function strongestOf(unit: NeuronRecord) {
  const first = unit.most_positive_activation_records?.[0];
  if (!first) return null;
  const peak = peakOf(first);
  const shown = around(glyphs(first.tokens), peak, WINDOW);
  return runs(first, shown, { limit: scaleOf(unit).limit, peak });
}
