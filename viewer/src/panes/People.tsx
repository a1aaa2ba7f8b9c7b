/** What people write about a unit: their explanations, and a form for one more; their votes on the dataset's own. */
import "../styles/people.css";
import { Boundary } from "../components/Pane";
import { Failed, Loading } from "../components/States";
import { Votes } from "../components/Votes";
import { useKept } from "../keeping";
import type { ScoredExplanation, Site } from "../nouns";
import { useQuery } from "../queries";
import type { Change, UnitView } from "../view";
import { annotationsQuery, type Unit } from "../writing";
import { QueryView } from "./QueryView";
import { Suggest } from "./Suggest";
import { Suggested } from "./Suggested";
import { useActs } from "./useActs";

type VotesProps = Unit & {
  explanations: readonly ScoredExplanation[]; // in the file's order, which is that of the votes
  one: ScoredExplanation;
  token: boolean | undefined;
};

/** The votes on one of the dataset's own explanations; nothing where they are not known. */
export function OwnVotes({ dataset, at, explanations, one, token }: VotesProps) {
  const { data } = useQuery(annotationsQuery({ dataset, at }));
  const acts = useActs({ dataset, at });
  const armed = useKept("token") !== null || !token;
  const votes = data?.votes[explanations.indexOf(one)];
  if (!votes) return null;
  return (
    <Boundary>
      <Votes
        text={one.explanation}
        votes={votes}
        onVote={armed ? (value) => acts.vote(votes.explanation, value) : null}
      />
    </Boundary>
  );
}

/** `nobody`: the sentence for a unit that nothing and nobody has explained; null where the dataset itself does. */
type Props = Unit & {
  name: string;
  site: Site;
  nobody: string | null;
  view: UnitView;
  onView: Change;
};

export function People({ dataset, at, name, site, nobody, view, onView }: Props) {
  const query = useQuery(annotationsQuery({ dataset, at }), site.writing);
  const armed = useKept("token") !== null || !site.token;
  const about = { dataset, at, name: name.toLowerCase(), site, armed };
  const some = query.data?.explanations[0] !== undefined;
  // A sentence that came later above the button would move it under the finger.
  if (site.writing && !query.data && !query.error) return <Loading lines={1} />;
  const unexplained = query.data || !site.writing ? nobody && <p className="note">{nobody}</p> : null;
  return (
    <>
      <Suggest {...about} title={some ? <h3>From people</h3> : unexplained} />
      {site.writing && (
        <QueryView query={query} lines={1} missing="This site no longer keeps what people write.">
          {({ explanations }) => (
            <>
              {query.error && <Failed message={query.error.message} onRetry={query.refetch} />}
              <Suggested {...about} {...{ explanations, view, onView }} />
            </>
          )}
        </QueryView>
      )}
    </>
  );
}
