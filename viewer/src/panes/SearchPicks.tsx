/** The first hits of a search, each to be picked for the comparison. */
import { useState } from "react";
import { nameOf } from "../compare";
import { PickRow } from "../components/PickRow";
import { SearchField } from "../components/SearchField";
import { foundSentence } from "../found";
import type { DatasetEntry, SearchHit } from "../nouns";
import { useQuery } from "../queries";
import { FIRST_SEARCH, type Search } from "../search";
import { searchQuery } from "../searchQueries";
import { drawn, short, twoDecimals } from "../tokens";
import { QueryView } from "./QueryView";
import type { PickProps } from "./RelatedPicks";

const HITS = 10;

export function SearchPicks(props: PickProps) {
  const [q, setQ] = useState("");
  const search = { ...FIRST_SEARCH, q };
  return (
    <>
      <SearchField className="search wide" label="Search explanations and tokens" text={q} onSearch={setQ} />
      {q && <Hits key={q} {...props} search={search} />}
    </>
  );
}

type HitsProps = PickProps & { dataset: DatasetEntry; search: Search };

function Hits({ dataset, units, name, action, onPick, search }: HitsProps) {
  const query = useQuery(searchQuery(dataset, search, { limit: HITS }));
  const taken = new Set(units.map(nameOf));
  return (
    <QueryView query={query} lines={4} missing="The server does not search this dataset.">
      {(answer) => (
        <>
          <p className="note" role="status">
            {foundSentence(answer, undefined, search, name.toLowerCase())}
            {answer.total > answer.hits.length && ` These are the first ${answer.hits.length}.`}
          </p>
          <div className="units">
            <ol aria-label="Found">
              {answer.hits.map((hit, place) => (
                <PickRow
                  // biome-ignore lint/suspicious/noArrayIndexKey: two hits may be of one unit
                  key={place}
                  {...{ action, name: nameOf(hit) }}
                  value={numberOf(hit)}
                  about={drawn(hit.snippet.text)}
                  onPick={onPick && !taken.has(nameOf(hit)) ? () => onPick(hit) : null}
                />
              ))}
            </ol>
          </div>
        </>
      )}
    </QueryView>
  );
}

const numberOf = ({ score, max }: SearchHit): string =>
  score !== null ? `score ${twoDecimals(score)}` : max !== null ? `max ${short(max)}` : "";
