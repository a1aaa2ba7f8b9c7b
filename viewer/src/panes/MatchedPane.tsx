/** Which unit of another dataset a unit is compared with: that of the same number, or one that acts most like it. */
import type { ReactNode } from "react";
import { nameOf } from "../compare";
import { matchesQuery } from "../comparing";
import { Choice } from "../components/Choice";
import { Pane } from "../components/Pane";
import { Empty, Loading } from "../components/States";
import type { DatasetEntry, LayerMatches, UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import { count } from "../tokens";
import { partnerName, partnersOf } from "../twoDatasets";
import { QueryView } from "./QueryView";

type Props = {
  dataset: DatasetEntry;
  other: DatasetEntry;
  at: UnitAddress;
  match: number | null;
  onMatch: (match: number | null) => void;
  children: (partner: UnitAddress) => ReactNode;
};

export function MatchedPane(props: Props) {
  const { dataset, other, at, match, children } = props;
  const offered = dataset.parts.includes("matches");
  const query = useQuery(matchesQuery(dataset, other.name, at.layer), offered);
  const waiting = offered && query.data === undefined && query.error === null;
  const partner = match === null ? at : query.data && partnersOf(query.data, at)[match - 1];
  const asks = query.data && { kind: "matches" as const, other: other.name, layer: at.layer };
  const none = (
    <Empty>
      Compared by number alone: {dataset.name} holds no units of {other.name} that act like this layer's.
      Where both are of the same text, `neuronscope match` finds them.
    </Empty>
  );
  return (
    <>
      <Pane id="matched" title={`Which unit of ${other.name}`} ask={asks}>
        {offered ? (
          <QueryView {...{ query }} lines={2} missing={none}>
            {(found) => <Partners {...props} found={found} />}
          </QueryView>
        ) : (
          none
        )}
      </Pane>
      {waiting && match !== null ? (
        <Loading lines={12} />
      ) : partner ? (
        children(partner)
      ) : (
        <p className="lede">
          {nameOf(at)} has no partner {match} in {other.name}.
        </p>
      )}
    </>
  );
}

function Partners({ at, match, onMatch, found }: Props & { found: LayerMatches }) {
  const partners = partnersOf(found, at);
  if (partners.length === 0)
    return <Empty>Compared by number: no unit there acts like it, for it never changes.</Empty>;
  const options = [
    ["", `${nameOf(at)}, the same number`] as const,
    ...partners.map((partner, place) => [String(place + 1), partnerName(partner)] as const),
  ];
  return (
    <>
      <Choice
        legend="Which unit it is compared with"
        {...{ options }}
        value={match === null ? "" : String(match)}
        onChange={(value) => onMatch(value === "" ? null : Number(value))}
      />
      <p className="note">
        In brackets: the correlation of its activations with those of {nameOf(at)}, over the{" "}
        {count(found.tokens)} tokens that both datasets count of their text.
      </p>
    </>
  );
}
