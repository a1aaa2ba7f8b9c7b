/** What is known of the unit under the pointer, once it has rested there. */
import { useEffect, useState } from "react";
import { rowsQuery } from "../columnQueries";
import type { DatasetEntry, UnitAddress, UnitRow } from "../nouns";
import { useQuery } from "../queries";

const REST_MS = 120;
const NOBODY: UnitAddress = { layer: 0, unit: 0 };

export function useUnitWords(
  dataset: DatasetEntry,
  unit: UnitAddress | null,
  place: number | null, // its own in the columns
): UnitRow | null {
  const [rested, setRested] = useState<(UnitAddress & { place: number }) | null>(null);
  const [layer, number] = [unit?.layer, unit?.unit];
  useEffect(() => {
    if (layer === undefined || number === undefined || place === null) return setRested(null);
    const timer = setTimeout(() => setRested({ layer, unit: number, place }), REST_MS);
    return () => clearTimeout(timer);
  }, [layer, number, place]);
  const asked = rowsQuery(dataset, [rested ?? NOBODY], [rested?.place ?? 0]);
  const found = useQuery(asked, rested !== null).data?.[0];
  return found && found.layer === layer && found.unit === number ? found : null;
}
