/**
 * What the unit responds to, in words, where somebody or something has put it into words. Where the site keeps what
 * people write, or scores texts, that part comes later, in a script of its own; elsewhere nothing is asked for it.
 */
import { explanationsQuery, Problem, recordQuery, siteQuery } from "../api";
import { Explanations } from "../components/Explanations";
import { late } from "../components/Late";
import { Pane } from "../components/Pane";
import { Empty } from "../components/States";
import type { DatasetEntry, NeuronSimulationResults, UnitAddress } from "../nouns";
import { type Asked, useQuery } from "../queries";
import type { Change, UnitView } from "../view";
import { QueryView } from "./QueryView";

const People = late(async () => (await import("./People")).People, 1);
const OwnVotes = late(async () => (await import("./People")).OwnVotes, 0);
const SuggestWay = late(async () => (await import("./SuggestWay")).SuggestWay, 0);

type Props = {
  dataset: DatasetEntry;
  at: UnitAddress;
  name: string;
  benchHref: string;
  view: UnitView;
  onView: Change;
};

export function ExplanationPane({ dataset, at, name, benchHref, view, onView }: Props) {
  const offered = dataset.parts.includes("explanations");
  const query = useQuery(explanationsQuery(dataset, at), offered);
  const unit = useQuery(recordQuery(dataset, at)).data;
  const site = useQuery(siteQuery()).data;
  const acting = site && (site.writing || site.scoring) ? site : null;
  const nobody = `This ${name.toLowerCase()} has not been explained in words yet.`;
  const missing = acting ? null : <Empty>{nobody}</Empty>;
  const settled = !offered || query.data !== undefined || query.error !== null;
  return (
    <Pane
      id="explanation"
      title="Explanation"
      ask={[offered && { kind: "explanations", at }, acting?.writing && { kind: "written", at }]}
      way={
        (acting || query.data?.scored_explanations?.[0]) && (
          <a className="bench-way" href={benchHref}>
            Workbench
          </a>
        )
      }
    >
      {offered ? (
        <QueryView query={query} lines={1} missing={missing}>
          {({ scored_explanations: explanations }) =>
            explanations.length > 0 ? (
              <Explanations
                {...{ explanations, unit, view, onView }}
                votesOn={
                  acting?.writing
                    ? (one) => <OwnVotes {...{ dataset, at, explanations, one, token: acting.token }} />
                    : undefined
                }
              />
            ) : (
              missing
            )
          }
        </QueryView>
      ) : (
        missing
      )}
      {site?.suggest && settled && <SuggestWay {...{ dataset, at }} template={site.suggest} />}
      {acting && settled && (
        <section className="people" aria-label="From people">
          <People
            {...{ dataset, at, name, site: acting, view, onView }}
            nobody={unexplained(offered, query) ? nobody : null}
          />
        </section>
      )}
    </Pane>
  );
}

/** The dataset itself has no words about the unit, as far as it is known. */
function unexplained(offered: boolean, { data, error }: Asked<NeuronSimulationResults>): boolean {
  if (!offered) return true;
  if (data) return data.scored_explanations.length === 0;
  return error instanceof Problem && error.missing;
}
