/** Nodes of several prompts, a row each: the unit, where, in how many prompts, and its mean effect. */
import type { MeanNode } from "../nouns";
import { exact } from "../tokens";
import { nodeName, wayOf } from "../traceNodes";

type Props = {
  nodes: readonly MeanNode[];
  explanationOf: ((node: MeanNode) => string | null) | null; // null: the dataset has none
  hrefOf: (node: MeanNode) => string | null;
};

export function MeanTable({ nodes, explanationOf, hrefOf }: Props) {
  const placed = nodes.some(({ position }) => position !== null);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on a narrow screen the table scrolls by keys too
    <section className="node-scroller" aria-label="The nodes" tabIndex={0}>
      <table className="nodes means">
        <thead>
          <tr>
            <th scope="col">Unit</th>
            {placed && (
              <th scope="col" className="number">
                Token
              </th>
            )}
            <th scope="col" className="number">
              Prompts
            </th>
            <th scope="col" className="number">
              Mean effect
            </th>
            <th scope="col">
              <span className="hidden">What that does</span>
            </th>
            {explanationOf && (
              <th scope="col" className="about">
                Explanation
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => (
            <tr key={`${node.source} ${node.layer} ${node.unit} ${node.position}`}>
              <th scope="row">
                <Named {...{ node }} href={hrefOf(node)} />
              </th>
              {placed && <td className="number">{(node.position ?? 0) + 1}</td>}
              <td className="number">{node.texts}</td>
              <td className="number">{exact(node.effect)}</td>
              <td className={`way ${wayOf(node.effect)}`}>{wayOf(node.effect)}</td>
              {explanationOf && <td className="about">{explanationOf(node) ?? "–"}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const Named = ({ node, href }: { node: MeanNode; href: string | null }) =>
  href ? <a {...{ href }}>{nodeName(node)}</a> : nodeName(node);
