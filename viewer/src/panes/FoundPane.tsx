/**
 * The hits of a search, page after page, under a sentence that says how many there are. Those of the search before stay
 * until the next ones are there, unless that takes long: nothing blinks between two letters.
 */
import { memo, useEffect, useRef } from "react";
import { isLive, manifestQuery, Problem } from "../api";
import { publishedRows } from "../columnQueries";
import { SearchHints } from "../components/SearchHints";
import { authorsOf, firstLimit, foundSentence } from "../found";
import type { DatasetEntry, SearchAnswer, UnitAddress } from "../nouns";
import { type Asked, useQuery } from "../queries";
import { FIRST_SEARCH, type Search } from "../search";
import { searchQuery } from "../searchQueries";
import { count } from "../tokens";
import { HitsPage } from "./HitsPage";
import { QueryView } from "./QueryView";
import { ReportSaved } from "./ReportSaved";
import { UnitsSaved } from "./UnitsSaved";
import { useFetching } from "./useFetching";
import { useHeld } from "./useHeld";

export type FoundProps = {
  dataset: DatasetEntry;
  search: Search;
  name: string;
  hrefOf: (to: UnitAddress) => string;
  onMore: () => void;
};

const AGAIN_MS = 3000;
const MOST_SHOWN = 200; // hits whose units stand in one HTML file
const MOST_SAVED = 1000; // hits of which the page itself makes a file

/** What is asked first. */
export const firstFound = (dataset: DatasetEntry, search: Search) =>
  searchQuery(dataset, search, { limit: firstLimit(search) });

export function FoundPane(props: FoundProps) {
  const { dataset, search } = props;
  const { data, error } = useQuery(firstFound(dataset, search));
  const waits = data === undefined && error === null;
  const shown = useHeld(search, waits);
  return (
    <div aria-busy={waits}>
      <Found {...props} search={shown} />
    </div>
  );
}

const Found = memo((props: FoundProps) => {
  const { dataset, search, name } = props;
  const page = { limit: firstLimit(search) };
  const first = useQuery(firstFound(dataset, search));
  const all = useQuery(
    searchQuery(dataset, { ...FIRST_SEARCH, where: search.where }, { limit: 1 }),
    !!first.data,
  );
  const wanted = useRef<number | null>(null); // the place of the hit that takes the focus when it comes
  useAgain(first);
  const fetching = useFetching(dataset, first.isFetching);
  const said = first.data && foundSentence(first.data, all.data, search, name.toLowerCase());
  return (
    <>
      <p className="note" role="status">
        {said ?? (first.isFetching ? `Searching … ${fetching}` : "")}
      </p>
      {first.error instanceof Problem && first.error.status === 400 && !first.data ? (
        <div className="failed" role="alert">
          <p>{first.error.message}</p>
        </div>
      ) : (
        <QueryView query={first} lines={12} missing="The server does not search this dataset.">
          {(answer) =>
            answer.total > 0 ? (
              <>
                <p className="note">{authorsOf(answer)}</p>
                <FoundFile {...{ dataset, search, total: answer.total }} />
                {!isLive(dataset) && <FoundUnits {...{ dataset, search, total: answer.total }} />}
                <HitsPage
                  {...{ ...props, page, wanted }}
                  before={0}
                  left={search.pages}
                  restart={first.refetch}
                />
              </>
            ) : (
              <NoneFound search={search} />
            )
          }
        </QueryView>
      )}
    </>
  );
});

/** The units that were found, with all that the dataset has of them. */
function FoundFile({ dataset, search, total }: Pick<FoundProps, "dataset" | "search"> & { total: number }) {
  return (
    <div className="who">
      <ReportSaved
        key={JSON.stringify(search)}
        dataset={dataset}
        name={`${dataset.name}-found`}
        title={search.q.trim() || dataset.title}
        unitsOf={(signal) => unitsFound(dataset, search, MOST_SHOWN, signal)}
      />
      {total > MOST_SHOWN && (
        <span className="note">
          of the first {MOST_SHOWN} hits; <code>neuronscope export html</code> takes more.
        </span>
      )}
    </div>
  );
}

/** Each unit once, in the order of the hits. */
async function unitsFound(dataset: DatasetEntry, search: Search, limit: number, signal: AbortSignal) {
  const { hits } = await searchQuery(dataset, search, { limit }).ask(signal);
  return [...new Map(hits.map(({ layer, unit }) => [`${layer}:${unit}`, { layer, unit }])).values()];
}

/** The units that were found as a file, on a site where no server makes one. */
function FoundUnits({ dataset, search, total }: Pick<FoundProps, "dataset" | "search"> & { total: number }) {
  const tables = dataset.parts.includes("units");
  const layers = useQuery(manifestQuery(dataset), tables).data?.layers;
  if (!tables || !layers) return null;
  const rowsOf = async (signal: AbortSignal, told: (share: number) => void) => {
    const units = await unitsFound(dataset, search, MOST_SAVED, signal);
    return publishedRows(dataset, layers, units, signal, told);
  };
  return (
    <div className="who">
      <span className="note">
        {total > MOST_SAVED ? `Units of the first ${count(MOST_SAVED)} hits` : "The units found"} as
      </span>
      <UnitsSaved name={`${dataset.name}-found`} of="the units found" rowsOf={rowsOf} />
    </div>
  );
}

/** While the server builds its index it answers 503; then it is asked again by and by. */
function useAgain({ error, isFetching, refetch }: Asked<SearchAnswer>): void {
  const waits = !isFetching && error instanceof Problem && error.status === 503;
  const latest = useRef(refetch);
  useEffect(() => {
    latest.current = refetch;
  });
  useEffect(() => {
    if (!waits) return;
    const timer = setTimeout(() => latest.current(), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [waits]);
}

function NoneFound({ search: { where, layer, minScore } }: { search: Search }) {
  const filtered = where !== "both" || layer !== null || minScore !== null;
  return (
    <>
      <p>
        Nothing has these words{filtered ? " where it was searched: take filters away, or write" : ". Write"}{" "}
        it another way:
      </p>
      <SearchHints />
    </>
  );
}
