/** The graph of a trace: pruned by two sliders, its nodes pinned, grouped, looked at, and saved as it is drawn. */
import { type RefObject, useMemo, useRef } from "react";
import { Amount } from "../components/Amount";
import { GraphFiles } from "../components/GraphFiles";
import { OneField } from "../components/OneField";
import { Pane } from "../components/Pane";
import { PinnedNodes } from "../components/PinnedNodes";
import { Empty } from "../components/States";
import { useTip } from "../components/Tooltip";
import { TraceDrawing } from "../components/TraceDrawing";
import { TraceFocus } from "../components/TraceFocus";
import type { TraceNode, TraceReport } from "../nouns";
import { count } from "../tokens";
import { groupedUnder, MOST_EDGES, MOST_SHOWN, pinned, ungrouped } from "../trace";
import { type Graph, type Item, pruned } from "../traceGraph";
import { nodeTitle } from "../traceNodes";
import type { TraceShared } from "./TracePane";

const WORKED =
  "A line to the metric is a node's own effect; of a group, effects and edges are the sums over its nodes.";

export function GraphPane(props: TraceShared) {
  const { trace, ask, state, words, onState, unitHref } = props;
  const { report } = trace;
  const { nodes } = report;
  const { shown, edges, pins, groups, focus } = state;
  const graph = useMemo(
    () => pruned(report, { shown, edges, pins, groups }),
    [report, shown, edges, pins, groups],
  );
  const svg = useRef<SVGSVGElement>(null);
  const { pin, open } = useActs(props);
  const focused = graph.items.find(({ key }) => key === focus) ?? null;
  const titled = (item: Item) => titleOf(item, nodes);
  if (nodes.length === 0)
    return (
      <Pane id="graph" title="Graph">
        <Empty>No node has an effect on this metric, so there is nothing to draw.</Empty>
      </Pane>
    );
  return (
    <Pane id="graph" title="Graph" ask={ask()} worked={WORKED}>
      <Tools {...props} {...{ graph, svg }} />
      <TraceDrawing
        ref={svg}
        {...{ graph, focus }}
        tokens={report.tokens}
        at={report.predictions.position}
        metric={report.metric}
        titleOf={titled}
        aboutOf={(item) => aboutOf(item, nodes, words.explanation)}
        onFocus={(key) => key !== focus && onState({ focus: key })}
        onPin={pin}
        onOpen={open}
      />
      <p className="note">{legend(report)}</p>
      <Pinned {...props} />
      {focused ? (
        <TraceFocus
          item={focused}
          {...{ graph, nodes }}
          explanationOf={words.explanation}
          hrefOf={(node) => {
            const at = words.unit(node);
            return at && unitHref(at);
          }}
          titleOf={titled}
          onFocus={(key) => onState({ focus: key })}
          onPin={() => pin(focused)}
        />
      ) : (
        <Empty>Choose a node to see what it is, and what it is next to.</Empty>
      )}
    </Pane>
  );
}

/** What keys and clicks do with one item; what cannot be done is said. */
function useActs({ trace, state, words, onState, onOpen }: TraceShared) {
  const tip = useTip();
  const pin = (item: Item) => {
    if (!item.group) onState({ ...pinned(state, Number(item.key)), focus: item.key });
    const done = item.pinned ? "unpinned" : "pinned";
    tip.say(item.group ? `${item.name} is a group` : `${item.name} ${done}`);
  };
  const open = (item: Item) => {
    const node = trace.report.nodes[item.nodes[0] ?? 0];
    const at = node && !item.group ? words.unit(node) : null;
    if (at) onOpen(at);
    else tip.say(`${item.name} has no page in this dataset`);
  };
  return { pin, open };
}

type ToolsProps = TraceShared & { graph: Graph; svg: RefObject<SVGSVGElement | null> };

function Tools({ trace, state, graph, svg, onState }: ToolsProps) {
  const { nodes } = trace.report;
  return (
    <div className="graph-tools">
      <Amount
        label="Nodes"
        value={state.shown}
        least={1}
        most={Math.min(MOST_SHOWN, nodes.length)}
        of={`of ${count(nodes.length)}`}
        onChange={(shown) => onState({ shown })}
      />
      <Amount
        label="Edges"
        value={state.edges}
        least={0}
        most={Math.max(1, Math.min(MOST_EDGES, graph.left.links))}
        of={`of ${count(graph.left.links)}`}
        onChange={(edges) => onState({ edges })}
      />
      <GraphFiles
        {...{ svg }}
        name={`trace-${trace.id}`}
        json={() => import("../graphFile").then(({ graphFile }) => graphFile(trace, state))}
      />
    </div>
  );
}

function Pinned({ trace, state, onState }: TraceShared) {
  const { nodes } = trace.report;
  const { pins, groups } = state;
  const group = (text: string) => {
    const change = groupedUnder(state, text);
    if (typeof change === "string") return change;
    onState(change);
    return null;
  };
  return (
    <>
      <PinnedNodes
        {...{ pins, groups }}
        nameOf={(node) => (nodes[node] ? nodeTitle(nodes[node]) : `node ${node}`)}
        onUnpin={(node) => onState(pinned(state, node))}
        onUngroup={(at) => onState(ungrouped(state, at))}
      />
      {pins.length > 0 && (
        <OneField
          label={`Group the ${pins.length === 1 ? "pinned node" : `${pins.length} pinned nodes`} as`}
          button="Group"
          placeholder="names of people"
          onEnter={group}
        />
      )}
    </>
  );
}

const legend = ({ edges, edge_nodes: among }: TraceReport): string =>
  "Tokens across, layers up, the metric on top. Orange and filled: raises the metric; blue and hollow: lowers it; a " +
  "double ring: pinned. Arrow keys walk the nodes, Enter opens a unit, p pins. " +
  (edges === null
    ? "This trace was made without edges: lines lead to the metric alone."
    : `Edges were worked out among the ${count(among)} strongest nodes.`);

function titleOf(item: Item, nodes: readonly TraceNode[]): string {
  const node = nodes[item.nodes[0] ?? 0];
  return item.group || !node ? item.name : nodeTitle(node);
}

function aboutOf(
  item: Item,
  nodes: readonly TraceNode[],
  explanationOf: (node: TraceNode) => string | null,
): string | null {
  const members = item.nodes.flatMap((place) => nodes[place] ?? []);
  if (item.group) return members.map(nodeTitle).join(", ");
  return members[0] ? explanationOf(members[0]) : null;
}
