/** One node of the graph, or a group: what it is, what it does to the metric, and what it is next to. */
import type { TraceNode } from "../nouns";
import { exact, named } from "../tokens";
import { type Graph, type Item, type Link, linksOf, METRIC } from "../traceGraph";
import { effectWords, nodeName, nodeTitle } from "../traceNodes";
import { plural } from "../words";

type Props = {
  item: Item;
  graph: Graph;
  nodes: readonly TraceNode[];
  explanationOf: (node: TraceNode) => string | null;
  hrefOf: (node: TraceNode) => string | null;
  titleOf: (item: Item) => string;
  onFocus: (key: string) => void;
  onPin: () => void;
};

export function TraceFocus({ item, graph, nodes, explanationOf, hrefOf, titleOf, onFocus, onPin }: Props) {
  const members = item.nodes.flatMap((place) => nodes[place] ?? []);
  const { from, to } = linksOf(graph.links, item.key);
  const nameOf = (key: string) => {
    const other = graph.items.find((one) => one.key === key);
    return other ? titleOf(other) : "the metric";
  };
  return (
    <section className="trace-focus" aria-label={`About ${titleOf(item)}`}>
      <header>
        <h3>{titleOf(item)}</h3>
        <span className="note">
          {item.group && `${plural(members.length, "node")}, `}
          {effectWords(item.effect)}
        </span>
        {!item.group && (
          <button type="button" aria-pressed={item.pinned} onClick={onPin}>
            {item.pinned ? "Unpin" : "Pin"}
          </button>
        )}
      </header>
      <ul>
        {members.map((node) => (
          <Member
            key={`${nodeTitle(node)} ${node.source} ${node.position}`}
            {...{ node }}
            alone={!item.group}
            href={hrefOf(node)}
            about={explanationOf(node)}
          />
        ))}
      </ul>
      {from.length + to.length === 0 && (
        <p className="note">
          Its edges are weaker than the {graph.links.length} that are drawn: show more edges.
        </p>
      )}
      <div className="trace-near">
        <Near title="Through it" links={from} end="from" {...{ nameOf, onFocus }} />
        <Near title="It goes through" links={to} end="to" {...{ nameOf, onFocus }} />
      </div>
    </section>
  );
}

type MemberProps = { node: TraceNode; alone: boolean; href: string | null; about: string | null };

function Member({ node, alone, href, about }: MemberProps) {
  const name = alone ? `Open ${nodeName(node)}` : nodeTitle(node);
  return (
    <li>
      {href ? <a href={href}>{name}</a> : !alone && <b>{name}</b>}{" "}
      <span className="note">
        {node.kind === "error" ? "norm" : "activation"} {exact(node.activation)} on{" "}
        <code dir="auto">{named(node.token)}</code>, replaced by {exact(node.baseline)}
        {!alone && `; ${effectWords(node.effect)}`}
        {node.kind === "unit" && href === null && "; it has no page in this dataset"}
      </span>
      {about && <p>{about}</p>}
    </li>
  );
}

type NearProps = {
  title: string;
  links: readonly Link[];
  end: "from" | "to";
  nameOf: (key: string) => string;
  onFocus: (key: string) => void;
};

function Near({ title, links, end, nameOf, onFocus }: NearProps) {
  if (links.length === 0) return null;
  return (
    <div>
      <h4>{title}</h4>
      <ul>
        {links.map((link) => (
          <li key={link[end]}>
            {link[end] === METRIC ? (
              <b>the metric</b>
            ) : (
              <button type="button" onClick={() => onFocus(link[end])}>
                {nameOf(link[end])}
              </button>
            )}{" "}
            <span className="note">{effectWords(link.effect)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
