/** One sentence in place of a unit that the dataset does not hold, with the way to the nearest. */
import { absence } from "../absence";
import { nearest } from "../neighbours";
import type { LayerInfo, UnitAddress } from "../nouns";

type Props = {
  layers: readonly LayerInfo[];
  at: UnitAddress;
  name: string;
  hrefOf: (to: UnitAddress) => string;
};

export function Absent({ layers, at, name, hrefOf }: Props) {
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
