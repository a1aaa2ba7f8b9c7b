/** What was tried stays beside what was there: as a person's explanation where the site keeps those, and as a copy. */
import { useEffect, useId, useRef, useState } from "react";
import { asJson, asText, type Candidate } from "../candidates";
import { Refusal } from "../components/Refusal";
import { useCopy } from "../components/useCopy";
import { keep, kept } from "../keeping";
import type { Site } from "../nouns";
import { useSending } from "../sending";
import type { Unit } from "../writing";
import { useActs } from "./useActs";

type Props = Unit & {
  site: Site;
  armed: boolean;
  before: Candidate | null;
  after: Candidate | null;
  tried: Candidate; // the one of the two that is not kept yet
  stands: boolean; // or whose words are kept by now
};

export function KeepBoth({ dataset, at, site, armed, before, after, tried, stands }: Props) {
  const all = [before, after].filter((one) => one !== null);
  const [action, which] = all[1] ? ["Keep both", "both"] : ["Keep it", "it"];
  const sent = useRef(false);
  return (
    <section className="keep" aria-labelledby="keep">
      <h3 id="keep">{action}</h3>
      {site.writing &&
        (stands ? (
          <Stands met={!sent.current} />
        ) : (
          <Suggestion
            {...{ dataset, at, tried, armed, action }}
            onSent={() => {
              sent.current = true;
            }}
          />
        ))}
      <Copies {...{ all, which }} />
    </section>
  );
}

function Copies({ all, which }: { all: readonly Candidate[]; which: string }) {
  const [said, copy] = useCopy("Copying is not allowed.");
  return (
    <div className="who">
      <button type="button" onClick={() => copy(asText(all))}>
        Copy {which} as text
      </button>
      <button type="button" onClick={() => copy(asJson(all))}>
        Copy {which} as JSON
      </button>
      <span className="note" role="status">
        {said}
      </span>
    </div>
  );
}

/** `met`: it stood there when one came, and the focus stays where it is. */
function Stands({ met }: { met: boolean }) {
  const said = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (!met) said.current?.focus(); // the button that kept them is gone
  }, [met]);
  return (
    <p className="note" role="status" tabIndex={-1} ref={said}>
      These words are kept: they stand among the explanations, with their scores.
    </p>
  );
}

type SuggestionProps = Unit & { tried: Candidate; armed: boolean; action: string; onSent: () => void };

function Suggestion({ dataset, at, tried, armed, action, onSent }: SuggestionProps) {
  const id = useId();
  const acts = useActs({ dataset, at });
  const [author, setAuthor] = useState(kept("author") ?? "");
  const { sending, problem, run } = useSending();
  const send = () =>
    run(async () => {
      const name = author.trim() || null;
      onSent();
      await acts.suggest({ text: tried.scored.explanation, author: name });
      keep("author", name);
    });
  return (
    <div className="write">
      <p className="note">
        The words that were tried become an explanation of yours, with their scores; all others stay as they
        are. Whoever opens this site can read it.
      </p>
      <label htmlFor={id}>Your name, if you like</label>
      <input
        id={id}
        dir="auto"
        autoComplete="nickname"
        value={author}
        onChange={({ target }) => setAuthor(target.value)}
      />
      <Refusal problem={problem} />
      <div className="who">
        <button
          type="button"
          className="main"
          aria-disabled={sending || !armed}
          onClick={() => armed && send()}
        >
          {sending ? "Sending …" : action}
        </button>
      </div>
    </div>
  );
}
