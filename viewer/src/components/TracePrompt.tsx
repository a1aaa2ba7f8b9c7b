/** What is to be traced: a text, or the turns of a conversation where the model knows what these are. */
import { useId } from "react";
import { textOfTurns, turnsOf, withNext } from "../prompt";
import type { Ask } from "../traceForm";
import { Choice } from "./Choice";
import { TurnFields } from "./TurnFields";

type Props = {
  model: string;
  chat: boolean; // whether it has a chat template
  ask: Ask;
  change: (more: Partial<Ask>) => void;
};

const KINDS = [
  ["text", "Text"],
  ["chat", "Chat"],
] as const;

export function TracePrompt({ model, chat, ask, change }: Props) {
  const id = useId();
  const { text, turns } = ask;
  const write = (now: Ask["turns"]) => change({ turns: now });
  const kind = (now: "text" | "chat") => {
    if (now === "chat" && !turns) change({ text: "", turns: turnsOf(text) });
    if (now === "text" && turns) change({ text: textOfTurns(turns), turns: null });
  };
  return (
    <>
      {(chat || turns) && (
        <Choice legend="What is read" options={KINDS} value={turns ? "chat" : "text"} onChange={kind} />
      )}
      {turns ? (
        <div className="turns">
          <TurnFields {...{ turns }} onWrite={write} onTakeOut={write} />
          <div className="who">
            <button type="button" onClick={() => write(withNext(turns))}>
              Add a turn
            </button>
          </div>
        </div>
      ) : (
        <>
          <label htmlFor={id}>What {model} reads</label>
          <textarea
            id={id}
            rows={2}
            dir="auto"
            spellCheck={false}
            value={text}
            onChange={({ target }) => change({ text: target.value })}
          />
        </>
      )}
    </>
  );
}
