/** The hits of a search, page after page, under a sentence that says how many there are. */
import { useEffect, useRef } from "react";
import { Problem } from "../api";
import { SearchHints } from "../components/SearchHints";
import { authorsOf, firstLimit, foundSentence } from "../found";
import type { DatasetEntry, SearchAnswer, UnitAddress } from "../nouns";
import { type Asked, useQuery } from "../queries";
import { FIRST_SEARCH, type Search } from "../search";
import { searchQuery } from "../searchQueries";
import { HitsPage } from "./HitsPage";
import { QueryView } from "./QueryView";
import { useFetching } from "./useFetching";

export type FoundProps = {
  dataset: DatasetEntry;
  search: Search;
  name: string;
  hrefOf: (to: UnitAddress) => string;
  onMore: () => void;
};

const AGAIN_MS = 3000;

export function FoundPane(props: FoundProps) {
  const { dataset, search, name } = props;
  const page = { limit: firstLimit(search) };
  const first = useQuery(searchQuery(dataset, search, page));
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
