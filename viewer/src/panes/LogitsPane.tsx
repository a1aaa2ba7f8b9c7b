/** What a unit does to the model's output: the tokens that it makes more and less likely, and all others in figures. */

import { Histogram } from "../components/Histogram";
import { Pane } from "../components/Pane";
import { RelatedTokens } from "../components/RelatedTokens";
import { Empty } from "../components/States";
import type { DatasetEntry, UnitAddress } from "../nouns";
import { byLogit, foldedOf, momentsOf } from "../related";
import { logits } from "../unitParts";
import { PartView } from "./PartView";

type Props = { dataset: DatasetEntry; at: UnitAddress; name: string };

export function LogitsPane({ dataset, at, name }: Props) {
  const missing = `This dataset holds no output logits of this ${name.toLowerCase()}.`;
  const offered = dataset.parts.includes(logits.part);
  return (
    <Pane id="logits" title="Output logits" ask={offered ? { kind: "logits", at } : undefined}>
      {!offered && <Empty>This dataset holds no output logits.</Empty>}
      <PartView {...{ dataset, at, of: logits, lines: 12, missing }}>
        {(found) => (
          <>
            <RelatedTokens relation={byLogit(found)} />
            <p className="note">
              {momentsOf(found)} {foldedOf(found.folded)}
            </p>
            {found.histogram && <Histogram data={found.histogram} of="Tokens by strength" />}
          </>
        )}
      </PartView>
    </Pane>
  );
}
