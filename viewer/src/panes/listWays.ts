/** Where the pages of lists lead. */
import type { UnitAddress } from "../nouns";

export type ListWays = {
  unit: (at: UnitAddress) => string;
  list: (id: string) => string;
  all: string;
  open: (id: string | null) => void; // null: all of them
  address: (hash: string) => string; // as it is sent to somebody
  shared: (letters: string) => string; // of a list that is in its link alone
};
