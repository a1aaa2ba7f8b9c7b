/** What stands beside a unit's texts: what it is related to, and its numbers. */
import { LogitsPane } from "./LogitsPane";
import { ProvenancePane } from "./ProvenancePane";
import { StatisticsPane } from "./StatisticsPane";
import { TokensPane } from "./TokensPane";
import { type Props, UnitsPane } from "./UnitsPane";

export function Rail(props: Props) {
  return (
    <>
      <TokensPane {...props} />
      <UnitsPane {...props} />
      <LogitsPane {...props} />
      <StatisticsPane {...props} />
      <ProvenancePane {...props} />
    </>
  );
}
