/** The head of a unit that is compared: the way to its page, and its best explanation with its scores. */
import { absence } from "../absence";
import { explanationsQuery, manifestQuery, Problem, recordQuery } from "../api";
import type { Side } from "../compare";
import { ScoreLines } from "../components/ScoreLines";
import { Empty } from "../components/States";
import { Words } from "../components/Words";
import { holds } from "../neighbours";
import type { NeuronSimulationResults } from "../nouns";
import { useQuery } from "../queries";
import { bestFirst, scoresOf } from "../scores";
import { plural, unitName } from "../words";
import { QueryView } from "./QueryView";

export function SideHead({ side: { dataset, at, name, href } }: { side: Side }) {
  const kind = unitName(dataset.source);
  const layers = useQuery(manifestQuery(dataset)).data?.layers;
  const record = useQuery(recordQuery(dataset, at));
  const offered = dataset.parts.includes("explanations");
  const query = useQuery(explanationsQuery(dataset, at), offered);
  const nobody = <Empty>Not explained in words.</Empty>;
  const there = !layers || holds(layers, at);
  return (
    <li>
      <h3>
        <a href={href}>
          <span className="hidden">{kind}</span> {name}
        </a>
      </h3>
      {!there && <Empty>{absence(layers, at, kind.toLowerCase())}</Empty>}
      {there && record.error instanceof Problem && record.error.missing && (
        <Empty>There is no record of its activations.</Empty>
      )}
      {there && !offered && nobody}
      {there && offered && (
        <QueryView query={query} lines={2} missing={nobody}>
          {(found) => <Best found={found} nobody={nobody} />}
        </QueryView>
      )}
    </li>
  );
}

type BestProps = { found: NeuronSimulationResults; nobody: React.ReactNode };

function Best({ found: { scored_explanations: all }, nobody }: BestProps) {
  const [best] = bestFirst(all);
  if (!best) return nobody;
  const { first } = scoresOf(best);
  return (
    <>
      <Words text={best.explanation} />
      {best.author && <p className="writer">by {best.author}</p>}
      {first[0] ? <ScoreLines explanation={best} scores={first.slice(0, 1)} /> : <Empty>not scored</Empty>}
      {all.length > 1 && <p className="writer">the best of {plural(all.length, "explanation")}</p>}
    </>
  );
}
