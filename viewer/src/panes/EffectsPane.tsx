/** The units of a trace as points: what each does to the metric, against how active it is. */
import { useMemo } from "react";
import { NodeScatter } from "../components/NodeScatter";
import { Pane } from "../components/Pane";
import { Empty } from "../components/States";
import { count, exact, short } from "../tokens";
import { effectWords, nodeTitle } from "../traceNodes";
import { plural } from "../words";
import type { TraceShared } from "./TracePane";

const LOG = { x: true, y: false };

export function EffectsPane({ trace: { report }, ask, words, onOpen }: TraceShared) {
  const { nodes, total } = report;
  const units = useMemo(() => nodes.filter(({ kind }) => kind === "unit"), [nodes]);
  const at = useMemo(
    () => units.map(({ activation, effect }) => [Math.abs(activation), effect] as const),
    [units],
  );
  const tipOf = (place: number) => {
    const node = units[place];
    return {
      token: node ? nodeTitle(node) : "",
      value: node ? short(node.effect) : null,
      detail: node ? `activation ${exact(node.activation)}` : "",
      more: node ? effectWords(node.effect) : null,
    };
  };
  const open = (place: number) => {
    const node = units[place];
    const unit = node && words.unit(node);
    if (unit) onOpen(unit);
  };
  return (
    <Pane id="effects" title="Effect against activation" ask={ask()}>
      {units.length === 0 ? (
        <Empty>None of the nodes that were kept is a unit.</Empty>
      ) : (
        <NodeScatter
          label="Effect against activation"
          {...{ at, tipOf }}
          log={LOG}
          onOpen={open}
          told={`Across: the size of the activation, on a log scale; up: the effect, below 0 raises the metric. ${plural(units.length, "unit")} of ${count(total)} nodes.`}
        />
      )}
    </Pane>
  );
}
