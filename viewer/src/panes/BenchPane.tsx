/** What stands on a unit's workbench: the editor, both scores, and where the explanation is wrong. */
import "../styles/people.css";
import "../styles/workbench.css";
import { useEffect, useMemo } from "react";
import { explanationsQuery, Problem, recordQuery } from "../api";
import type { Bench, BenchChange } from "../bench";
import { candidatesOf, chosen, isTry, keyOf, stands, tryOf } from "../candidates";
import { BenchChoices } from "../components/BenchChoices";
import { Pane } from "../components/Pane";
import { Empty, Failed, Loading } from "../components/States";
import { Tries } from "../components/Tries";
import { Versus } from "../components/Versus";
import { useKept } from "../keeping";
import type { Site } from "../nouns";
import { type Asked, useQuery } from "../queries";
import { addTry, useTries } from "../tries";
import { annotationsQuery, type Unit } from "../writing";
import { BenchEditor } from "./BenchEditor";
import { FaultsPane } from "./FaultsPane";
import { KeepBoth } from "./KeepBoth";
import { useDraft } from "./useDraft";
import { useScoreJob } from "./useScoreJob";

type Props = Unit & { site: Site; name: string; bench: Bench; onBench: BenchChange };

export function BenchPane({ dataset, at, site, name, bench, onBench }: Props) {
  const place = `${dataset.name} ${at.layer} ${at.unit}`;
  const offered = dataset.parts.includes("explanations");
  const own = useQuery(explanationsQuery(dataset, at), offered);
  const people = useQuery(annotationsQuery({ dataset, at }), site.writing);
  const record = useQuery(recordQuery(dataset, at)).data;
  const armed = useKept("token") !== null || !site.token;
  const scoring = useScoreJob({ dataset, at }, `bench ${place}`);
  const tries = useTries(place);
  const draft = useDraft(place);
  useEffect(() => {
    const made = scoring.job && tryOf(scoring.job);
    const number = made && addTry(place, made);
    if (number === null) return; // nothing came, or it is known
    onBench((before) => ({ ...before, after: keyOf(number), side: "after", open: [] }));
  }, [scoring.job, place, onBench]);
  const candidates = useMemo(
    () => candidatesOf(own.data?.scored_explanations ?? [], people.data?.explanations ?? [], tries),
    [own.data, people.data, tries],
  );
  const { before, after } = chosen(candidates, bench);
  const stored = [
    own.data !== undefined && { kind: "explanations" as const, at },
    (people.data?.explanations.length ?? 0) > 0 && { kind: "written" as const, at },
  ];
  const tried = tries
    .filter(({ number }) => [before, after].some((one) => one?.key === keyOf(number)))
    .map(
      ({ seed, scored: { explanation: text } }) =>
        ({ kind: "score", at, seed, text, token: site.token === true }) as const,
    );
  const asks = [...stored, ...tried];
  const latest = [after, before].find((one) => one && isTry(one));
  if (offered && !settled(own)) return <Loading lines={12} />;
  const failed = [own, people].find(({ error }) => error && !missing(error));
  return (
    <>
      {failed?.error && <Failed message={failed.error.message} onRetry={failed.refetch} />}
      <div className="bench">
        <Pane id="edit" title="Explanation" ask={stored}>
          <BenchChoices {...{ candidates, before, after, onBench }} />
          <BenchEditor {...{ name, site, armed, scoring, draft, before, bench, onBench }} />
          <Tries
            tries={tries}
            chosen={after?.key ?? null}
            onBack={({ number, scored }) => {
              draft.write(scored.explanation);
              onBench((from) => ({ ...from, after: keyOf(number) }));
            }}
          />
        </Pane>
        <Pane id="scores" title={after ? "Before and after" : "Scores"} ask={asks}>
          {before ? (
            <Versus {...{ before, after }} />
          ) : (
            <Empty>This {name.toLowerCase()} has not been explained in words yet.</Empty>
          )}
          {latest && (
            <KeepBoth
              key={latest.key}
              {...{ dataset, at, site, armed, before, after }}
              tried={latest}
              stands={stands(candidates, latest)}
            />
          )}
        </Pane>
      </div>
      {before && (
        <FaultsPane
          {...{ record, before, after, bench, onBench }}
          asks={[...asks, { kind: "record", at }]}
          scoring={site.scoring === true}
        />
      )}
    </>
  );
}

const missing = (error: Error): boolean => error instanceof Problem && error.missing;
const settled = ({ data, error }: Asked<unknown>): boolean => data !== undefined || error !== null;
