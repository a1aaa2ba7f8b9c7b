/** The scores of two explanations side by side: values, intervals, what they are over, baselines, and what follows. */
import type { ReactNode } from "react";
import type { Candidate } from "../candidates";
import type { Score } from "../nouns";
import { noteOf, saidValue } from "../scores";
import {
  baselineSaid,
  intervalSaid,
  overSaid,
  type Pair,
  pairsOf,
  signed,
  titleOf,
  unlike,
  verdictOf,
} from "../versus";
import { plural } from "../words";
import { Fold } from "./Disclosure";

type Props = { before: Candidate; after: Candidate | null };

export function Versus({ before, after }: Props) {
  const pairs = pairsOf(before, after);
  const main = pairs.find(({ name }) => name === "correlation");
  const others = pairs.filter((pair) => pair !== main);
  return (
    <>
      {main ? (
        <Main {...{ before, after, pair: main }} />
      ) : (
        <p className="note">{after ? "Neither has a correlation." : "Not scored: it was never simulated."}</p>
      )}
      {after && main && (
        <ul className="follows">
          <li className="verdict">{verdictOf(main)}</li>
          {unlike(before, after).map((said) => (
            <li key={said}>{said}</li>
          ))}
        </ul>
      )}
      {others[0] && (
        <Fold title={plural(others.length, "more score")}>
          <Others {...{ others, both: after !== null }} />
        </Fold>
      )}
    </>
  );
}

function Main({ before, after, pair }: Props & { pair: Pair }) {
  const both = after !== null;
  const line = (title: string, of: (score: Score) => ReactNode) => (
    <Row {...{ title, both, before: pair.before && of(pair.before), after: pair.after && of(pair.after) }} />
  );
  const baseline = (title: string, name: "shuffled" | "lookup") => (
    <Row
      {...{ title, both }}
      before={baselineSaid(before, name, pair.name)}
      after={baselineSaid(after, name, pair.name)}
    />
  );
  return (
    <table className="versus">
      <caption>{titleOf(pair.name)}</caption>
      <Heads both={both} />
      <tbody>
        <Row
          title="Value"
          {...{ both, before: <Value score={pair.before} />, after: <Value score={pair.after} /> }}
          difference={pair.difference}
        />
        {line("95% interval", intervalSaid)}
        {line("Over", overSaid)}
        {baseline("Shuffled: another unit’s words", "shuffled")}
        {baseline("Token lookup", "lookup")}
        {[pair.before, pair.after].some((score) => score && noteOf(score)) && line("Note", noteOf)}
      </tbody>
    </table>
  );
}

function Others({ others, both }: { others: readonly Pair[]; both: boolean }) {
  return (
    <table className="versus">
      <caption className="hidden">Other scores</caption>
      <Heads both={both} />
      <tbody>
        {others.map(({ name, before, after, difference }) => (
          <Row
            key={name}
            title={titleOf(name)}
            {...{ both, difference }}
            before={<Whole score={before} />}
            after={<Whole score={after} />}
          />
        ))}
      </tbody>
    </table>
  );
}

function Heads({ both }: { both: boolean }) {
  return (
    <thead>
      <tr>
        <td />
        <th scope="col">{both ? "Before" : "This explanation"}</th>
        {both && <th scope="col">After</th>}
        {both && <th scope="col">Difference</th>}
      </tr>
    </thead>
  );
}

type RowProps = {
  title: string;
  both: boolean;
  before: ReactNode;
  after: ReactNode;
  difference?: number | null;
};

function Row({ title, both, before, after, difference }: RowProps) {
  return (
    <tr>
      <th scope="row">{title}</th>
      <td>{before ?? "–"}</td>
      {both && <td>{after ?? "–"}</td>}
      {both && <td>{difference != null && <b>{signed(difference)}</b>}</td>}
    </tr>
  );
}

const Value = ({ score }: { score: Score | null }) => (score ? <b>{saidValue(score)}</b> : "not scored");

function Whole({ score }: { score: Score | null }) {
  if (!score) return "–";
  return (
    <>
      <Value score={score} />
      <small>{score.value === null ? null : intervalSaid(score)}</small>
      <small>{overSaid(score)}</small>
    </>
  );
}
