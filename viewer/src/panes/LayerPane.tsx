/** The units of one layer, the most selective first, each with a piece of its strongest text. */
import { type ReactNode, useState } from "react";
import { tableQuery } from "../api";
import { UnitRow } from "../components/UnitRow";
import type { DatasetEntry, LayerInfo, UnitAddress } from "../nouns";
import { hasRecords } from "../parts";
import { useQuery } from "../queries";
import { type Listed, listedUnits, rankedUnits } from "../table";
import { drawn } from "../tokens";
import { plural } from "../words";
import { Preview } from "./Preview";
import { QueryView } from "./QueryView";

type Props = { dataset: DatasetEntry; layer: LayerInfo; name: string; hrefOf: (to: UnitAddress) => string };

const FIRST = 12;
const MORE = 48;

export function LayerPane(props: Props) {
  const { dataset, layer, name } = props;
  const offered = dataset.parts.includes("units");
  const query = useQuery(tableQuery(dataset, layer.index), offered);
  const unranked = (
    <Rows {...props} units={listedUnits(layer)}>
      This dataset has no table of layer {layer.index}; its {name.toLowerCase()}s by number:
    </Rows>
  );
  if (!offered) return unranked;
  return (
    <QueryView query={query} lines={FIRST} missing={unranked}>
      {(table) => (
        <Rows {...props} units={rankedUnits(table)}>
          {hasRecords(dataset)
            ? "By kurtosis: first those that are quiet on most tokens and strong on a few."
            : "This dataset holds no activations; first those that have an explanation, by number."}
        </Rows>
      )}
    </QueryView>
  );
}

function Rows({
  dataset,
  layer,
  name,
  hrefOf,
  units,
  children,
}: Props & { units: Listed[]; children: ReactNode }) {
  const [wanted, setWanted] = useState(FIRST);
  const offered = hasRecords(dataset);
  const left = units.length - wanted;
  return (
    <>
      <p className="note">{children}</p>
      <ol className="unit-rows">
        {units.slice(0, wanted).map(({ unit, max, density, peakToken, explanation }) => (
          <UnitRow
            key={unit}
            {...{ unit, name, max, density }}
            href={hrefOf({ layer: layer.index, unit })}
            text={
              (explanation && drawn(explanation)) ?? (
                <Preview {...{ dataset, at: { layer: layer.index, unit }, peakToken, offered }} />
              )
            }
          />
        ))}
      </ol>
      {left > 0 && (
        <button type="button" onClick={() => setWanted(wanted + MORE)}>
          Show {Math.min(left, MORE)} more of {plural(units.length, name.toLowerCase())}
        </button>
      )}
    </>
  );
}
