/** The panes of a unit, or one sentence in their place where the dataset does not hold it. */
import type { ReactNode } from "react";
import { manifestQuery } from "../api";
import { absence, holds, nearest } from "../neighbours";
import type { DatasetEntry, UnitAddress } from "../nouns";
import { useQuery } from "../queries";

type Props = {
  dataset: DatasetEntry;
  at: UnitAddress;
  name: string;
  hrefOf: (to: UnitAddress) => string;
  children: ReactNode;
};

export function Present({ dataset, at, name, hrefOf, children }: Props) {
  const layers = useQuery(manifestQuery(dataset)).data?.layers;
  if (!layers || holds(layers, at)) return children;
  const layer = layers.find(({ index, units }) => index === at.layer && units > 0);
  const unit = layer && nearest(layer, at.unit);
  return (
    <p className="lede">
      {absence(layers, at, name.toLowerCase())}
      {unit !== undefined && (
        <>
          {" The nearest is "}
          <a href={hrefOf({ layer: at.layer, unit })}>
            {name.toLowerCase()} {unit}
          </a>
          .
        </>
      )}
    </p>
  );
}
