/** The four states of a request: loading, missing, failed with Retry, and its data. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Problem } from "../api";
import { Empty, Failed, Loading } from "../components/States";

type Props<T> = {
  query: UseQueryResult<T, Error>;
  lines: number;
  missing: ReactNode; // a sentence, or what is shown instead
  children: (data: T) => ReactNode;
};

export function QueryView<T>({ query, lines, missing, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isFetching || query.error === null) return <Loading lines={lines} />;
  if (query.error instanceof Problem && query.error.missing) {
    return typeof missing === "string" ? <Empty>{missing}</Empty> : missing;
  }
  return <Failed message={query.error.message} onRetry={() => void query.refetch()} />;
}
