/** The panes of a unit, or one sentence in their place where the dataset does not hold it. */
import { type ReactNode, useEffect, useState } from "react";
import { explanationsQuery, manifestQuery, recordQuery } from "../api";
import { late } from "../components/Late";
import { Loading } from "../components/States";
import { holds } from "../neighbours";
import type { DatasetEntry, UnitAddress } from "../nouns";
import { useQuery } from "../queries";

const Absent = late(async () => (await import("../components/Absent")).Absent, 1);

type Props = {
  dataset: DatasetEntry;
  at: UnitAddress;
  name: string;
  hrefOf: (to: UnitAddress) => string;
  children: ReactNode;
};

// Longer than files take that come soon, shorter than a person waits for a page.
const PATIENCE_MS = 600;

export function Present({ dataset, at, name, hrefOf, children }: Props) {
  const layers = useQuery(manifestQuery(dataset)).data?.layers;
  const together = useTogether(dataset, at);
  if (!layers || holds(layers, at)) return together ? children : <Loading lines={16} />;
  return <Absent {...{ layers, at, name, hrefOf }} />;
}

/** Whether the panes above each other can be drawn at once: one that comes later would push the others down. */
function useTogether(dataset: DatasetEntry, at: UnitAddress): boolean {
  const record = useQuery(recordQuery(dataset, at));
  const offered = dataset.parts.includes("explanations");
  const explained = useQuery(explanationsQuery(dataset, at), offered);
  const place = `${dataset.name} ${at.layer} ${at.unit}`;
  const [late, setLate] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setLate(place), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [place]);
  const there = ({ data, error }: { data: unknown; error: unknown }) => data !== undefined || error !== null;
  return late === place || (there(record) && (!offered || there(explained)));
}
