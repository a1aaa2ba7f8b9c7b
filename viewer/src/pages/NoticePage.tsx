/** Pages that stand where another was asked for: their titles say why. */
import { type ReactNode, useEffect } from "react";
import { Failed, Loading } from "../components/States";
import type { DatasetEntry } from "../nouns";

function NoticePage({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Neuronscope`;
  }, [title]);
  return (
    <div className="home">
      <h1 tabIndex={-1}>{title}</h1>
      {children}
    </div>
  );
}

/** Nothing is at this address; `way`: where to go instead. */
export function NotFound({ way = "#/", children }: { way?: string; children: ReactNode }) {
  return (
    <NoticePage title="Not found">
      <p className="lede">{children}</p>
      <p>
        <a href={way}>To the start</a>
      </p>
    </NoticePage>
  );
}

/** A dataset on another machine that is still being opened, or could not be. */
export function NotReady({ dataset, retry }: { dataset: DatasetEntry; retry: () => void }) {
  const { title, status, detail } = dataset;
  return status === "opening" ? (
    <NoticePage title={`Opening ${title} …`}>
      <Loading lines={6} />
    </NoticePage>
  ) : (
    <NoticePage title={`${title} could not be opened`}>
      <Failed message={detail ?? "The server does not say why."} onRetry={retry} />
    </NoticePage>
  );
}
