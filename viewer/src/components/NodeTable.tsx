/** Nodes of a trace, a row each: what it is, where, how active, and what it does to the metric. */
import type { TraceNode } from "../nouns";
import { exact, named } from "../tokens";
import type { NodeSort, Tracing } from "../trace";
import { nodeName, nodeTitle, wayOf } from "../traceNodes";

type Props = {
  nodes: readonly TraceNode[];
  rows: readonly number[]; // places in the list
  pins: readonly number[];
  sort: NodeSort;
  order: Tracing["order"];
  explanationOf: ((node: TraceNode) => string | null) | null; // null: the dataset has none
  hrefOf: (node: TraceNode) => string | null;
  onSort: (by: NodeSort) => void;
  onPin: (place: number) => void;
};

const COLUMNS: readonly (readonly [NodeSort, string, string])[] = [
  ["layer", "Unit", "by layer and number"],
  ["token", "Token", "by the place in the text"],
  ["activation", "Activation", "of the unit at the token; of an error the norm"],
  ["baseline", "Baseline", "what the activation is replaced by"],
  ["effect", "Effect", "on the metric of replacing the activation by its baseline; raising ones first"],
  ["size", "Size", "of the effect, whichever way it goes"],
];

export function NodeTable(props: Props) {
  const { nodes, rows, pins, explanationOf } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on a narrow screen the table scrolls by keys too
    <section className="node-scroller" aria-label="The nodes" tabIndex={0}>
      <table className="nodes">
        <Head {...props} />
        <tbody>
          {rows.map((place) => {
            const node = nodes[place];
            return (
              node && (
                <Row
                  key={place}
                  {...{ place, node }}
                  pinned={pins.includes(place)}
                  href={props.hrefOf(node)}
                  about={explanationOf?.(node) ?? null}
                  explained={explanationOf !== null}
                  onPin={props.onPin}
                />
              )
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Head({ sort, order, explanationOf, onSort }: Props) {
  const way = order === "asc" ? "ascending" : "descending";
  return (
    <thead>
      <tr>
        {COLUMNS.map(([by, title, about]) => (
          <th
            key={by}
            scope="col"
            className={[by, by === sort && "sorted"].filter(Boolean).join(" ")}
            aria-sort={by === sort ? way : "none"}
          >
            <button type="button" title={about} onClick={() => onSort(by)}>
              {title}
              <i aria-hidden="true">{by === sort ? (order === "asc" ? " ↑" : " ↓") : ""}</i>
            </button>
          </th>
        ))}
        {explanationOf && <th scope="col">Explanation</th>}
        <th scope="col">
          <span className="hidden">Pin in the graph</span>
        </th>
      </tr>
    </thead>
  );
}

type RowProps = {
  place: number;
  node: TraceNode;
  pinned: boolean;
  href: string | null;
  about: string | null;
  explained: boolean;
  onPin: (place: number) => void;
};

function Row({ place, node, pinned, href, about, explained, onPin }: RowProps) {
  const { position, token, activation, baseline, effect } = node;
  return (
    <tr>
      <th scope="row">{href ? <a href={href}>{nodeName(node)}</a> : nodeName(node)}</th>
      <td>
        <code dir="auto">{named(token)}</code> <small>{position + 1}</small>
      </td>
      <td className="number activation">{exact(activation)}</td>
      <td className="number baseline">{exact(baseline)}</td>
      <td className="number">{exact(effect)}</td>
      <td className={`way ${wayOf(effect)}`}>{wayOf(effect)}</td>
      {explained && <td className="about">{about ?? "–"}</td>}
      <td>
        <button
          type="button"
          aria-pressed={pinned}
          aria-label={`${pinned ? "Unpin" : "Pin"} ${nodeTitle(node)}`}
          onClick={() => onPin(place)}
        >
          {pinned ? "Unpin" : "Pin"}
        </button>
      </td>
    </tr>
  );
}
