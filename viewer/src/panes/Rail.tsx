/** What stands beside a unit's texts and below them: what it is related to; its numbers, and how they were made. */
import { OpenContext } from "../components/Related";
import type { Change, UnitView } from "../view";
import { LogitsPane } from "./LogitsPane";
import { ProvenancePane } from "./ProvenancePane";
import { StatisticsPane } from "./StatisticsPane";
import { TokensPane } from "./TokensPane";
import { type Props, UnitsPane } from "./UnitsPane";

export function Rail({ view, onView, ...props }: Props & { view: UnitView; onView: Change }) {
  return (
    <OpenContext value={{ view, onView }}>
      <div className="rail">
        <TokensPane {...props} />
        <UnitsPane {...props} />
      </div>
      <div className="below">
        <LogitsPane {...props} />
        <StatisticsPane {...props} />
        <ProvenancePane {...props} />
      </div>
    </OpenContext>
  );
}
