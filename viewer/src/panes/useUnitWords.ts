/** What is known of the unit under the pointer, once it has rested there. */
import { useEffect, useState } from "react";
import { rowsQuery } from "../columnQueries";
import type { DatasetEntry, UnitAddress, UnitRow } from "../nouns";
import { useQuery } from "../queries";

const REST_MS = 120;
const NOBODY: UnitAddress = { layer: 0, unit: 0 };

export function useUnitWords(dataset: DatasetEntry, unit: UnitAddress | null): UnitRow | null {
  const [rested, setRested] = useState<UnitAddress | null>(null);
  const [layer, number] = [unit?.layer, unit?.unit];
  useEffect(() => {
    if (layer === undefined || number === undefined) return setRested(null);
    const timer = setTimeout(() => setRested({ layer, unit: number }), REST_MS);
    return () => clearTimeout(timer);
  }, [layer, number]);
  const found = useQuery(rowsQuery(dataset, [rested ?? NOBODY]), rested !== null).data?.[0];
  return found && found.layer === layer && found.unit === number ? found : null;
}
