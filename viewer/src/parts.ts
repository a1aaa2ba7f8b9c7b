/** What a dataset holds: its entry in the site's list in, yes or no out. Pure. */
import type { DatasetEntry } from "./nouns";

export const RECORDS = "collated-activations";

/** One that was made of explanations alone has none, and need not be asked. */
export const hasRecords = ({ parts }: DatasetEntry): boolean => parts.includes(RECORDS);
