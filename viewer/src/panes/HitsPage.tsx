/** One page of hits, and after it the next ones, as many as are wanted; each has its own request and its own states. */
import { type RefObject, useEffect, useRef } from "react";
import { Problem } from "../api";
import { SearchHit } from "../components/SearchHit";
import { moreOf, PAGE } from "../found";
import type { SearchAnswer } from "../nouns";
import { useQuery } from "../queries";
import { MOST_PAGES, type Page } from "../search";
import { searchQuery } from "../searchQueries";
import { count } from "../tokens";
import type { FoundProps } from "./FoundPane";
import { QueryView } from "./QueryView";

type Props = FoundProps & {
  page: Page;
  before: number; // hits on the pages before
  left: number; // pages wanted, this one among them
  wanted: RefObject<number | null>;
  restart: () => void; // asks for the first page anew
};

export function HitsPage(props: Props) {
  const query = useQuery(searchQuery(props.dataset, props.search, props.page));
  const gone = query.error instanceof Problem && query.error.status === 410; // a cursor of a state that is no more
  return (
    <QueryView
      query={gone ? { ...query, refetch: props.restart } : query}
      lines={8}
      missing="The server does not search this dataset."
    >
      {(answer) => <Hits {...props} answer={answer} />}
    </QueryView>
  );
}

function Hits({ answer, ...props }: Props & { answer: SearchAnswer }) {
  const { before, left, name, hrefOf, wanted } = props;
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const place = (wanted.current ?? -1) - before;
    const link = list.current?.querySelectorAll("a")[place];
    if (!link || place >= answer.hits.length) return;
    wanted.current = null;
    link.focus();
  });
  const { cursor } = answer;
  return (
    <>
      <ol className="unit-rows hits" ref={list} start={before + 1}>
        {answer.hits.map((hit, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two hits may be of one unit, and a page stays as it came
          <SearchHit key={place} {...{ hit, name }} href={hrefOf(hit)} />
        ))}
      </ol>
      {left > 1 && cursor !== null ? (
        <HitsPage
          {...props}
          page={{ limit: PAGE, cursor }}
          before={before + answer.hits.length}
          left={left - 1}
        />
      ) : (
        <More {...props} answer={answer} />
      )}
    </>
  );
}

function More({ answer, before, search, wanted, onMore }: Props & { answer: SearchAnswer }) {
  const more = moreOf(answer, before, search);
  const shown = before + answer.hits.length;
  if (more <= 0) return null;
  if (search.pages >= MOST_PAGES)
    return <p className="note">These are the first {count(shown)}. More words or filters leave fewer.</p>;
  return (
    <button
      type="button"
      onClick={() => {
        wanted.current = shown;
        onMore();
      }}
    >
      Show {more} more of {count(answer.total)}
    </button>
  );
}
