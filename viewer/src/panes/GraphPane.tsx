/** The graph of a trace: pruned by two sliders, its nodes pinned, grouped, looked at, and saved as it is drawn. */
import { useMemo, useRef, useState } from "react";
import { Amount } from "../components/Amount";
import { GraphFiles } from "../components/GraphFiles";
import { OneField } from "../components/OneField";
import { Pane } from "../components/Pane";
import { PinnedNodes } from "../components/PinnedNodes";
import { Empty } from "../components/States";
import { useTip } from "../components/Tooltip";
import { TraceDrawing } from "../components/TraceDrawing";
import { TraceFocus } from "../components/TraceFocus";
import { count } from "../tokens";
import { groupedUnder, MOST_EDGES, MOST_SHOWN, pinned, ungrouped } from "../trace";
import { graphFile, type Item, METRIC, pruned } from "../traceGraph";
import { nodeTitle } from "../traceNodes";
import type { TraceShared } from "./TracePane";

const WORKED =
  "A line to the metric is a node's own effect; of a group, effects and edges are the sums over its nodes.";

export function GraphPane({ trace, ask, state, words, onState, unitHref, onOpen }: TraceShared) {
  const { report } = trace;
  const { nodes } = report;
  const { shown, edges, pins, groups, focus } = state;
  const graph = useMemo(
    () => pruned(report, { shown, edges, pins, groups }),
    [report, shown, edges, pins, groups],
  );
  const svg = useRef<SVGSVGElement>(null);
  const [pointed, setPointed] = useState<string | null>(null);
  const tip = useTip();
  const focused = graph.items.find(({ key }) => key === focus) ?? null;
  const pin = (item: Item) => {
    if (!item.group) onState({ ...pinned(state, Number(item.key)), focus: item.key });
    tip.say(
      item.group ? `${item.name} is a group` : item.pinned ? `${item.name} unpinned` : `${item.name} pinned`,
    );
  };
  const open = (item: Item) => {
    const node = nodes[item.nodes[0] ?? 0];
    const at = node && !item.group ? words.unit(node) : null;
    if (at) onOpen(at);
    else tip.say(`${item.name} has no page in this dataset`);
  };
  const group = (text: string) => {
    const change = groupedUnder(state, text);
    if (typeof change === "string") return change;
    onState(change);
    return null;
  };
  if (nodes.length === 0)
    return (
      <Pane id="graph" title="Graph">
        <Empty>No node has an effect on this metric, so there is nothing to draw.</Empty>
      </Pane>
    );
  return (
    <Pane id="graph" title="Graph" {...{ ask }} worked={WORKED}>
      <div className="graph-tools">
        <Amount
          label="Nodes"
          value={shown}
          least={1}
          most={Math.min(MOST_SHOWN, nodes.length)}
          of={`of ${count(nodes.length)}`}
          onChange={(now) => onState({ shown: now })}
        />
        <Amount
          label="Edges"
          value={edges}
          least={0}
          most={Math.max(1, Math.min(MOST_EDGES, graph.left.links))}
          onChange={(now) => onState({ edges: now })}
        />
        <GraphFiles {...{ svg }} name={`trace-${trace.id}`} json={() => graphFile(report, graph, groups)} />
      </div>
      <TraceDrawing
        ref={svg}
        {...{ graph, pointed, focus }}
        tokens={report.tokens}
        at={report.predictions.position}
        metric={report.metric}
        titleOf={(item) => titleOf(item, nodes)}
        aboutOf={(item) => aboutOf(item, nodes, words.explanation)}
        onPoint={setPointed}
        onFocus={(key) => key !== focus && onState({ focus: key })}
        onPin={pin}
        onOpen={open}
      />
      <p className="note">
        Tokens across, layers up, the metric on top. Orange and filled: raises the metric; blue and hollow:
        lowers it; a double ring: pinned. Arrow keys walk the nodes, Enter opens a unit, p pins.{" "}
        {report.edges === null
          ? "This trace was made without edges: lines lead to the metric alone."
          : `Edges were worked out among the ${count(report.edge_nodes)} strongest nodes.`}
      </p>
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
      {focus === METRIC || !focused ? (
        <Empty>Choose a node to see what it is, and what it is next to.</Empty>
      ) : (
        <TraceFocus
          item={focused}
          {...{ graph, nodes }}
          explanationOf={words.explanation}
          hrefOf={(node) => {
            const at = words.unit(node);
            return at && unitHref(at);
          }}
          titleOf={(item) => titleOf(item, nodes)}
          onFocus={(key) => onState({ focus: key })}
          onPin={() => pin(focused)}
        />
      )}
    </Pane>
  );
}

const titleOf = (item: Item, nodes: TraceShared["trace"]["report"]["nodes"]): string => {
  const node = nodes[item.nodes[0] ?? 0];
  return item.group || !node ? item.name : nodeTitle(node);
};

function aboutOf(
  item: Item,
  nodes: TraceShared["trace"]["report"]["nodes"],
  explanationOf: TraceShared["words"]["explanation"],
): string | null {
  const members = item.nodes.flatMap((place) => nodes[place] ?? []);
  if (item.group) return members.map(nodeTitle).join(", ");
  return members[0] ? explanationOf(members[0]) : null;
}
