/** What a unit responds to: its groups of texts on one colour scale. */
import { recordQuery } from "../api";
import { Activations } from "../components/Activations";
import { Pane } from "../components/Pane";
import type { DatasetEntry, UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import type { Change, UnitView } from "../view";
import { QueryView } from "./QueryView";

type Shown = { view: UnitView; onView: Change };
type Props = Shown & { dataset: DatasetEntry; at: UnitAddress; name: string };

export function ActivationsPane({ dataset, at, name, view, onView }: Props) {
  const query = useQuery(recordQuery(dataset, at));
  const missing = `This dataset holds no activations of layer ${at.layer}, ${name.toLowerCase()} ${at.unit}.`;
  return (
    <Pane id="activations" title="Activations" ask={{ kind: "record", at }}>
      <QueryView query={query} lines={10} missing={missing}>
        {(record) => <Activations {...{ record, view, onView }} />}
      </QueryView>
    </Pane>
  );
}
