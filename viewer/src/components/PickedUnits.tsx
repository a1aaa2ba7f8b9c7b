/** The units that are compared: each leads to its page, and can be replaced or taken away. */

import { nameOf } from "../compare";
import type { UnitAddress } from "../nouns";

type Props = {
  units: readonly UnitAddress[];
  name: string;
  hrefOf: (unit: UnitAddress) => string;
  replacing: number | null;
  onReplace: (place: number | null) => void;
  onRemove: (place: number) => void;
};

export const PickedUnits = ({ units, name, hrefOf, replacing, onReplace, onRemove }: Props) => (
  <ol className="picked" aria-label={`Compared ${name}s`}>
    {units.map((unit, place) => (
      <li key={nameOf(unit)}>
        <a href={hrefOf(unit)}>
          <span className="hidden">{name}</span> {nameOf(unit)}
        </a>
        <button
          type="button"
          aria-pressed={replacing === place}
          onClick={() => onReplace(replacing === place ? null : place)}
        >
          Replace <span className="hidden">{nameOf(unit)}</span>
        </button>
        <button type="button" onClick={() => onRemove(place)}>
          Remove <span className="hidden">{nameOf(unit)}</span>
        </button>
      </li>
    ))}
  </ol>
);
