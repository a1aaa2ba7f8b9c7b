/** What the unit responds to, in words, where somebody or something has put it into words. */
import { explanationsQuery, recordQuery } from "../api";
import { Explanations } from "../components/Explanations";
import { Pane } from "../components/Pane";
import { Empty } from "../components/States";
import type { DatasetEntry, UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import type { Change, UnitView } from "../view";
import { QueryView } from "./QueryView";

type Props = { dataset: DatasetEntry; at: UnitAddress; name: string; view: UnitView; onView: Change };

export function ExplanationPane({ dataset, at, name, view, onView }: Props) {
  const offered = dataset.parts.includes("explanations");
  const query = useQuery(explanationsQuery(dataset, at), offered);
  const unit = useQuery(recordQuery(dataset, at)).data;
  const missing = <Empty>This {name.toLowerCase()} has not been explained in words yet.</Empty>;
  return (
    <Pane id="explanation" title="Explanation">
      {offered ? (
        <QueryView query={query} lines={1} missing={missing}>
          {({ scored_explanations: explanations }) =>
            explanations.length > 0 ? <Explanations {...{ explanations, unit, view, onView }} /> : missing
          }
        </QueryView>
      ) : (
        missing
      )}
    </Pane>
  );
}
