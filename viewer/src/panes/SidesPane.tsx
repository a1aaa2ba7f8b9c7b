/** Units side by side: what each is, its numbers row by row, and how its activations are spread on a common axis. */
import type { CSSProperties } from "react";
import { asksOf, type Side } from "../compare";
import { CommonHistograms } from "../components/CommonHistograms";
import { Pane } from "../components/Pane";
import { Empty } from "../components/States";
import { StatTable } from "../components/StatTable";
import { commonHistograms, statRows } from "../sideBySide";
import { Records } from "./Records";
import { SideHead } from "./SideHead";

export function SidesPane({ sides }: { sides: readonly Side[] }) {
  const columns = sides.map(({ name }) => name);
  const explained = sides.filter(({ dataset }) => dataset.parts.includes("explanations"));
  const asks = [...asksOf(sides, "statistics"), ...asksOf(explained, "explanations")];
  return (
    <Pane id="sides" title="Side by side" ask={asks}>
      <div className="sides" style={{ "--sides": sides.length } as CSSProperties}>
        <ul className="heads">
          {sides.map((side) => (
            <SideHead key={side.name} side={side} />
          ))}
        </ul>
        <Records sides={sides} lines={10} tells>
          {(records) => {
            const drawing = commonHistograms(records);
            if (!records.some(Boolean)) return <Empty>No numbers: none of them has a record.</Empty>;
            return (
              <>
                <StatTable {...{ columns }} rows={statRows(records)} />
                {drawing && <CommonHistograms {...{ columns, drawing }} />}
              </>
            );
          }}
        </Records>
      </div>
    </Pane>
  );
}
