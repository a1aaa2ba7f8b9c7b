/** One of two explanations that are compared: which one it is, its words, who wrote it, and every score of it. */
import { factsOf } from "../provenance";
import { scoresOf } from "../scores";
import { visible } from "../tokens";
import type { Named } from "../twoExplanations";
import { plural } from "../words";
import { Fold } from "./Disclosure";
import { Rows } from "./Rows";
import { ScoreLines } from "./ScoreLines";
import { Empty } from "./States";
import { Words } from "./Words";

type Props = { letter: "A" | "B"; all: readonly Named[]; shown: Named; onPick: (name: string) => void };

const LONGEST = 60; // characters of an explanation in a choice

export function ExplanationColumn({ letter, all, shown, onPick }: Props) {
  const { explanation } = shown;
  const { first, more } = scoresOf(explanation);
  return (
    <section aria-label={`Explanation ${letter}`}>
      <label>
        <b>{letter}</b>{" "}
        <select value={shown.name} onChange={({ target }) => onPick(target.value)}>
          {all.map(({ name, explanation: one }) => (
            <option key={name} value={name}>
              {shortened(one.explanation)}
              {one.author ? ` · ${visible(one.author)}` : ""}
            </option>
          ))}
        </select>
      </label>
      <Words text={explanation.explanation} />
      <p className="writer">by {explanation.author ?? "nobody named"}</p>
      {first[0] ? <ScoreLines {...{ explanation, scores: first }} /> : <Empty>not scored</Empty>}
      <div className="disclosures">
        {more[0] && (
          <Fold title={plural(more.length, "more score")}>
            <ScoreLines {...{ explanation, scores: more }} />
          </Fold>
        )}
        {explanation.provenance && (
          <Fold title="How it was made">
            <Rows className="facts" rows={factsOf(explanation.provenance)} />
          </Fold>
        )}
      </div>
    </section>
  );
}

function shortened(text: string): string {
  const signs = [...visible(text.trim())];
  return signs.length > LONGEST ? `${signs.slice(0, LONGEST).join("").trimEnd()} …` : signs.join("");
}
