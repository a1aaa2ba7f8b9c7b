/** One relation of a unit to tokens. */
import type { Relation, TokenRow } from "../related";
import { Related } from "./Related";
import { RelatedToken } from "./RelatedToken";

export const RelatedTokens = ({ relation }: { relation: Relation<TokenRow> }) => (
  <Related relation={relation} className="tokens">
    {(row) => <RelatedToken row={row} />}
  </Related>
);
