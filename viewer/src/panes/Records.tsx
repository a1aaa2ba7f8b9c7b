/**
 * The records of the units that are compared: asked for together, and drawn from once each is there or known not to be.
 * One pane tells failures, with Retry; the others lead there.
 */
import type { ReactNode } from "react";
import { Problem, recordQuery } from "../api";
import type { Side } from "../compare";
import { Empty, Failed, Loading } from "../components/States";
import type { NeuronRecord } from "../nouns";
import { useEach, useUnchanged } from "./useEach";

type Props = {
  sides: readonly Side[];
  lines: number;
  tells?: boolean;
  children: (records: readonly (NeuronRecord | undefined)[]) => ReactNode;
};

export function Records({ sides, lines, tells = false, children }: Props) {
  const asked = useEach(sides.map(({ dataset, at }) => recordQuery(dataset, at)));
  const records = useUnchanged(asked.map(({ data }) => data));
  if (asked.some(({ data, error }) => data === undefined && error === null)) return <Loading lines={lines} />;
  const failures = asked.flatMap(({ data, error, refetch }, place) => {
    const failed = data === undefined && error && !(error instanceof Problem && error.missing);
    return failed ? [{ name: sides[place]?.name ?? "", message: error.message, refetch }] : [];
  });
  return (
    <>
      {!tells && failures[0] && <Empty>A record could not be read: see Side by side.</Empty>}
      {tells &&
        failures.map(({ name, message, refetch }) => (
          <Failed key={name} message={`${name}: ${message}`} onRetry={refetch} />
        ))}
      {children(records)}
    </>
  );
}
