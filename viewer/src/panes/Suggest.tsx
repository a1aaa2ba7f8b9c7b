/** The way to write an explanation: a button, the form that it opens, and the token where the site asks for one. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Fold } from "../components/Disclosure";
import { TokenField } from "../components/TokenField";
import { WriteForm } from "../components/WriteForm";
import { keep, kept, unfinished } from "../keeping";
import type { GivenExplanation, Site } from "../nouns";
import type { Unit } from "../writing";
import { ScoreText } from "./ScoreText";
import { useActs } from "./useActs";

/** `armed`: nothing stands between the person and a write. */
export type About = Unit & { name: string; site: Site; armed: boolean };
type Props = About & { title: ReactNode };

const KEPT = "Whoever opens this site can read it. Only this browser can change or delete it.";
const SCORED = "This site keeps nothing that people write; a text is scored for you alone.";

export function Suggest({ title, ...about }: Props) {
  const { site, armed } = about;
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState("");
  const button = useRef<HTMLButtonElement>(null);
  const opened = useRef(false);
  useEffect(() => {
    if (!open && opened.current) button.current?.focus(); // where one was before the form
    opened.current = open;
  }, [open]);
  const action = site.writing ? "Suggest an explanation" : "Score a text";
  const use = (token: string) => keep("token", token);
  return (
    <>
      <div className="who">
        {title}
        <span className="note" role="status">
          {said}
        </span>
        {armed && !open && (
          <button
            type="button"
            ref={button}
            onClick={() => {
              setOpen(true);
              setSaid("");
            }}
          >
            {unfinished.has(draftOf(about)) ? "Go on writing" : action}
          </button>
        )}
      </div>
      {!armed && !open && (
        <Fold title={site.writing ? "Write and vote here" : "Score a text here"}>
          <TokenField onToken={use} />
        </Fold>
      )}
      {!armed && open && <TokenField onToken={use} />}
      {open && (
        <Draft
          {...about}
          onClose={(now) => {
            setSaid(now);
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

const draftOf = ({ dataset, at }: Unit) => `draft ${dataset.name} ${at.layer} ${at.unit}`;

/** What is being written; it waits where it was when the form is closed or another page looked at. */
function Draft({ onClose, ...about }: About & { onClose: (said: string) => void }) {
  const { dataset, at, name, site } = about;
  const acts = useActs({ dataset, at });
  const draft = draftOf(about);
  const scores = `scores of ${draft}`;
  const keepDraft = (text: string) => (text.trim() ? unfinished.set(draft, text) : unfinished.delete(draft));
  const send = async (given: GivenExplanation) => {
    await acts.suggest(given);
    keep("author", given.author ?? null);
    unfinished.delete(draft);
    unfinished.delete(scores);
    onClose("Your explanation is kept.");
  };
  return (
    <WriteForm
      name={name}
      first={{ text: unfinished.get(draft) ?? "", author: kept("author") }}
      action="Suggest"
      note={site.writing ? KEPT : SCORED}
      onText={keepDraft}
      onSend={site.writing ? send : null}
      onClose={() => onClose("")}
    >
      {(text) => site.scoring && <ScoreText {...{ dataset, at, site, text }} about={scores} idle="" drawn />}
    </WriteForm>
  );
}
