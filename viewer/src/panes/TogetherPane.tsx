/** Several prompts that were traced together: which they were, and the units whose effects are the largest in the mean. */
import { Fold } from "../components/Disclosure";
import { MeanTable } from "../components/MeanTable";
import { Pane } from "../components/Pane";
import type { DatasetEntry, PromptsReport, UnitAddress } from "../nouns";
import { count, exact } from "../tokens";
import { useNodeWords } from "./useNodeWords";

type Props = {
  dataset: DatasetEntry;
  together: PromptsReport;
  unitHref: (to: UnitAddress) => string;
};

const MOST = 300; // rows that a page shows without effort

export function TogetherPane({ dataset, together, unitHref }: Props) {
  const { prompts, nodes, total, per } = together;
  const words = useNodeWords(dataset, nodes);
  return (
    <Pane id="together" title="Means over several prompts">
      <p className="note">
        {per === "unit"
          ? "A unit's effects at all tokens of a prompt are added up, and the mean is over the prompts."
          : "A unit at one place of a prompt is a node, and the mean of its effects is over the prompts."}{" "}
        {count(Math.min(MOST, nodes.length))} of {count(total)} nodes, the strongest.
      </p>
      <MeanTable
        nodes={nodes.slice(0, MOST)}
        explanationOf={words.offered ? words.explanation : null}
        hrefOf={(node) => {
          const at = words.unit(node);
          return at && unitHref(at);
        }}
      />
      <Fold title="The prompts">
        <ol className="traces">
          {prompts.map(({ prompt, metric, value }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a prompt may stand there twice
            <li key={place}>
              <code dir="auto">{prompt}</code>
              <span className="note">
                {metric} is {exact(value)}
              </span>
            </li>
          ))}
        </ol>
      </Fold>
    </Pane>
  );
}
