/** The columns of numbers that a page shows, as they come; all of one state of the dataset. */
import { useContext, useEffect, useReducer, useRef } from "react";
import { Problem } from "../api";
import { columnQuery, columnsQuery } from "../columnQueries";
import type { Column } from "../columns";
import type { DatasetEntry, UnitColumns } from "../nouns";
import { type Answer, type Asked, QueriesContext, type Query, useQuery } from "../queries";

const GONE = 410;

export type Columns = {
  head: Asked<UnitColumns>;
  values: ReadonlyMap<Column, Float64Array>; // those that are there
  failed: { message: string; retry: () => void } | null;
  renewed: boolean; // the dataset has changed meanwhile, and these are the columns of its new state
};

/** `names`: the ones that are waited for most first. */
export function useColumns(dataset: DatasetEntry, names: readonly Column[], offered: boolean): Columns {
  const queries = useContext(QueriesContext);
  const head = useQuery(columnsQuery(dataset), offered);
  const known = head.data;
  const wanted = known ? [...new Set(names)].map((name) => columnQuery(dataset, known, name)) : [];
  const answers = useAnswers(wanted);
  const begun = useRef(known?.snapshot);
  begun.current ??= known?.snapshot;
  const gone = answers.some(({ error }) => error instanceof Problem && error.status === GONE);
  const snapshot = known?.snapshot;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each state that is gone
  useEffect(() => {
    if (gone) queries.refetch(columnsQuery(dataset));
  }, [gone, snapshot]);
  const bad = answers.find(({ error, isFetching }) => error && !isFetching)?.error ?? null;
  const retry = () => {
    if (gone) head.refetch();
    for (const query of wanted) if (queries.known(query).error) queries.refetch(query);
  };
  return {
    head,
    values: new Map(
      [...new Set(names)].flatMap((name, at) => {
        const data = answers[at]?.data;
        return data ? [[name, data] as const] : [];
      }),
    ),
    failed: bad && !(gone && head.isFetching) ? { message: bad.message, retry } : null,
    renewed: known !== undefined && begun.current !== known.snapshot,
  };
}

/** The answers of several queries as they become known. */
export function useAnswers<T>(wanted: readonly Query<T>[]): Answer<T>[] {
  const queries = useContext(QueriesContext);
  const [, changed] = useReducer((times: number) => times + 1, 0);
  const keys = wanted.map(({ key }) => key).join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: queries of one key are the same
  useEffect(() => {
    const stops = wanted.map((query) => queries.watch(query, changed));
    return () => {
      for (const stop of stops) stop();
    };
  }, [queries, keys]);
  return wanted.map((query) => queries.known(query));
}
