/** The four states of a request: loading, missing, failed with Retry, and its data. */
import type { ReactNode } from "react";
import { Problem } from "../api";
import { Boundary } from "../components/Pane";
import { Empty, Failed, Loading } from "../components/States";
import type { Asked } from "../queries";

type Props<T> = {
  query: Asked<T>;
  lines: number;
  missing: ReactNode; // a sentence, or what is shown instead
  failed?: string; // a sentence, where another pane tells the failure of the same request
  children: (data: T) => ReactNode;
};

export function QueryView<T>(props: Props<T>) {
  return (
    <Boundary>
      <Answer {...props} />
    </Boundary>
  );
}

function Answer<T>({ query, lines, missing, failed, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.isFetching || query.error === null) return <Loading lines={lines} />;
  if (query.error instanceof Problem && query.error.missing) {
    return typeof missing === "string" ? <Empty>{missing}</Empty> : missing;
  }
  if (failed) return <Empty>{failed}</Empty>;
  return <Failed message={query.error.message} onRetry={() => void query.refetch()} />;
}
