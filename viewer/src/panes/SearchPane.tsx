/**
 * The field, the filters, and what was found; a new query is a step of its own, a filter changes the one on screen. What
 * the browser searches itself is searched letter by letter, all letters one step.
 */
import { useEffect, useRef } from "react";
import { isLive, manifestQuery } from "../api";
import { Fold } from "../components/Disclosure";
import { Pane } from "../components/Pane";
import { SearchField } from "../components/SearchField";
import { SearchFilters } from "../components/SearchFilters";
import { SearchHints } from "../components/SearchHints";
import { focusField, useKeys, walk } from "../keys";
import type { DatasetEntry, UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import type { Search } from "../search";
import { FoundPane } from "./FoundPane";
import { useLetters } from "./useLetters";

type Props = {
  dataset: DatasetEntry;
  search: Search;
  name: string;
  onSearch: (to: Search, replace: boolean) => void;
  hrefOf: (to: UnitAddress) => string;
};

export function SearchPane({ dataset, search, name, onSearch, hrefOf }: Props) {
  const layers = useQuery(manifestQuery(dataset)).data?.layers ?? [];
  const found = useRef<HTMLDivElement>(null);
  const hits = () => [...(found.current?.querySelectorAll<HTMLAnchorElement>(".unit-row a") ?? [])];
  useKeys({ j: ["Next hit", () => walk(hits(), 1)], k: ["Previous hit", () => walk(hits(), -1)] });
  const { current, type } = useLetters(search, onSearch);
  const blank = useRef(search.q === "");
  useEffect(() => {
    if (!blank.current) return;
    // who comes without words is about to write some; after the title, which has the focus of a new page
    const timer = setTimeout(() => focusField("input[type=search]"));
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      <SearchField
        className="search wide"
        label="Search explanations and tokens"
        text={search.q}
        onType={isLive(dataset) ? undefined : type}
        onSearch={(q) => {
          onSearch({ ...search, q, pages: 1 }, q === search.q);
          document.getElementById("found")?.focus({ preventScroll: true }); // j and Tab go on to the hits
        }}
      />
      <SearchFilters
        {...{ search, modes: modesOf(dataset), layers: layers.map(({ index }) => index) }}
        onChange={(change) => onSearch({ ...current, ...change, pages: 1 }, true)}
      />
      <Fold title="How to write a search">
        <SearchHints />
        {!isLive(dataset) && (
          <p className="note">
            This site is a folder of files, which your browser searches itself: by words, as above, but not by
            regular expressions or by meaning.
          </p>
        )}
      </Fold>
      <div ref={found}>
        <Pane id="found" title="Results" ask={{ kind: "search", search: current }}>
          <FoundPane
            {...{ dataset, name, hrefOf }}
            search={current}
            onMore={() => onSearch({ ...current, pages: current.pages + 1 }, true)}
          />
        </Pane>
      </div>
    </>
  );
}

/** A static site is searched by words alone. */
function modesOf(dataset: DatasetEntry): Search["mode"][] {
  if (!isLive(dataset)) return ["words"];
  return dataset.meaning ? ["words", "regex", "meaning"] : ["words", "regex"];
}
