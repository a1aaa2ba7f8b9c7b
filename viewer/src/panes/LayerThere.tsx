/** What is shown of a layer, or `otherwise`, with the sentence that says so, where the dataset has none of that number. */
import type { ReactNode } from "react";
import { noLayer } from "../absence";
import { manifestQuery } from "../api";
import type { DatasetEntry } from "../nouns";
import { useQuery } from "../queries";

type Props = {
  dataset: DatasetEntry;
  layer: number | null; // null: any
  otherwise: (said: string) => ReactNode;
  children: ReactNode;
};

export function LayerThere({ dataset, layer, otherwise, children }: Props) {
  const layers = useQuery(manifestQuery(dataset)).data?.layers;
  if (!layers || layer === null || layers.some(({ index }) => index === layer)) return children;
  return otherwise(noLayer(dataset.title, layers, layer));
}
