/** The tokens that a unit is related to: by how strongly it responded to them, and by its weights. */

import { Pane } from "../components/Pane";
import { RelatedTokens } from "../components/RelatedTokens";
import { Empty } from "../components/States";
import type { DatasetEntry, UnitAddress } from "../nouns";
import { byActivation, byWeight, foldedOf } from "../related";
import { logits, tokensByActivation, tokensByWeight } from "../unitParts";
import { PartView } from "./PartView";

type Props = { dataset: DatasetEntry; at: UnitAddress; name: string };

export function TokensPane({ dataset, at, name }: Props) {
  const lower = name.toLowerCase();
  const offers = (part: string) => dataset.parts.includes(part);
  const none = ![tokensByActivation, tokensByWeight].some(({ part }) => offers(part));
  return (
    <Pane
      id="related-tokens"
      title="Related tokens"
      ask={[
        offers(tokensByActivation.part) && { kind: "related-tokens", by: "activation-based", at },
        offers(tokensByWeight.part) && { kind: "related-tokens", by: "weight-based", at },
      ]}
    >
      {none && <Empty>This dataset holds no related tokens.</Empty>}
      <PartView
        {...{ dataset, at, of: tokensByActivation, lines: 10 }}
        missing={`This dataset holds no tokens by mean activation of this ${lower}.`}
      >
        {(found) => <RelatedTokens relation={byActivation(found)} />}
      </PartView>
      <PartView
        {...{ dataset, at, of: tokensByWeight, lines: 12 }}
        missing={`This dataset holds no tokens by weight of this ${lower}.`}
      >
        {(found) => (
          <>
            {byWeight(found, lower, offers(logits.part)).map((relation) => (
              <RelatedTokens key={relation.title} relation={relation} />
            ))}
            <p className="note">{foldedOf(found.folded)}</p>
          </>
        )}
      </PartView>
    </Pane>
  );
}
