/** All lists of a dataset by their titles: its own, this browser's, and the site's, as they become known. */
import { listsQuery } from "../api";
import type { DatasetEntry, Site, UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import { peoplesListsQuery } from "../served";
import { useShelf } from "../shelf";

/** `holding`: a unit of which the site says which of its lists have it. */
export function useAllLists(site: Site | undefined, dataset: DatasetEntry, holding?: UnitAddress) {
  const own = useQuery(listsQuery(dataset), dataset.parts.includes("lists"));
  const shelf = useShelf(dataset.name);
  const served = useQuery(peoplesListsQuery(dataset, holding), site?.writing === true);
  return { own, shelf, served };
}
