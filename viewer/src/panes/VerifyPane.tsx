/** What was predicted of the strongest nodes against what was measured by replacing each alone. */
import { useMemo } from "react";
import { NodeScatter } from "../components/NodeScatter";
import { Pane } from "../components/Pane";
import { Empty } from "../components/States";
import type { Verified } from "../nouns";
import { named, short, twoDecimals } from "../tokens";
import { effectWords, nodeName } from "../traceNodes";
import { plural } from "../words";
import type { TraceShared } from "./TracePane";

const EVEN = { x: false, y: false };

export function VerifyPane({ trace: { report }, ask }: TraceShared) {
  const { verify, tokens } = report;
  return (
    <Pane id="verify" title="Predicted against measured" ask={ask(true)}>
      {verify ? (
        <Checked {...{ verify, tokens }} />
      ) : (
        <Empty>
          No node of this trace was replaced to measure its effect: neuronscope trace --verify does that.
        </Empty>
      )}
    </Pane>
  );
}

function Checked({ verify, tokens }: { verify: Verified; tokens: readonly string[] }) {
  const { points, correlation, reason } = verify;
  const at = useMemo(() => points.map(({ predicted, measured }) => [predicted, measured] as const), [points]);
  const tipOf = (place: number) => {
    const one = points[place];
    return {
      token: one ? `${nodeName(one)} at ${named(tokens[one.position] ?? "")}` : "",
      value: null,
      detail: one ? `predicted ${short(one.predicted)} · measured ${short(one.measured)}` : "",
      more: one ? effectWords(one.measured) : null,
    };
  };
  return (
    <>
      <p>
        {correlation === null ? (
          <>The correlation is not defined: {reason ?? "the trace does not say why"}.</>
        ) : (
          <>
            Correlation <b>{twoDecimals(correlation)}</b> over the {plural(points.length, "strongest node")},
            each replaced alone.
          </>
        )}
      </p>
      {points.length > 0 && (
        <NodeScatter
          label="Measured against predicted effect"
          {...{ at, tipOf }}
          log={EVEN}
          told="Across: the effect as predicted; up: as measured. On a rising diagonal both are the same."
        />
      )}
    </>
  );
}
