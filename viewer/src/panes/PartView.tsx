/** One part of what a dataset holds of a unit: asked for, and shown in its states, only where the dataset offers it. */
import type { ReactNode } from "react";
import type { DatasetEntry, UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import type { UnitPart } from "../unitParts";
import { QueryView } from "./QueryView";

type Props<T> = {
  dataset: DatasetEntry;
  at: UnitAddress;
  of: UnitPart<T>;
  lines: number;
  missing: string;
  children: (data: T) => ReactNode;
};

export function PartView<T>({ dataset, at, of, lines, missing, children }: Props<T>) {
  const offered = dataset.parts.includes(of.part);
  const query = useQuery(of.query(dataset, at), offered);
  if (!offered) return null;
  return (
    <QueryView query={query} lines={lines} missing={missing}>
      {children}
    </QueryView>
  );
}
