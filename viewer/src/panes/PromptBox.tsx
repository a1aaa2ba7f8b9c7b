/** What the model reads: a text, or the turns of a conversation. */
import { ChatTurns } from "../components/ChatTurns";
import { Choice } from "../components/Choice";
import { Pane } from "../components/Pane";
import { RecentTexts } from "../components/RecentTexts";
import { TextBox } from "../components/TextBox";
import type { Message, ModelCard } from "../nouns";
import { type Given, type PromptChange, type Prompting, textOfTurns, turnsOf } from "../prompt";
import { useRecent } from "./useRecent";
import type { Typed } from "./useTyped";

type Read = Pick<Prompting, "text" | "turns">;
type Props = {
  model: string;
  card: ModelCard | undefined;
  state: Prompting;
  typed: Typed<Read>;
  answered: Given | null;
  busy: boolean;
  onState: PromptChange;
};

const PAIR = [
  ["instruct", "Instruct"],
  ["base", "Base"],
] as const;
const KINDS = [
  ["text", "Text"],
  ["chat", "Chat"],
] as const;

export function PromptBox({ model, card, state, typed, answered, busy, onState }: Props) {
  const { text, turns } = typed.draft;
  const recent = useRecent(model, answered && "text" in answered ? answered.text : null);
  const kind = (now: "text" | "chat") => {
    if (now === "chat" && !turns) onState({ text: "", turns: turnsOf(text), at: null });
    if (now === "text" && turns) onState({ text: textOfTurns(turns), turns: null, at: null });
  };
  return (
    <Pane id="prompt" title="Prompt">
      {card?.chat && (
        <Choice legend="What is read" options={KINDS} value={turns ? "chat" : "text"} onChange={kind} />
      )}
      {turns ? (
        <ChatTurns
          turns={turns}
          busy={busy}
          onWrite={(now: Message[]) => typed.write({ text: "", turns: now })}
          onRun={(now) => typed.run(now ? { text: "", turns: now } : undefined)}
        />
      ) : (
        <TextBox
          label={`What ${model} reads`}
          rows={3}
          draft={text}
          busy={busy}
          onWrite={(now) => typed.write({ text: now, turns: null })}
          onRun={(now) => typed.run(now === undefined ? undefined : { text: now, turns: null })}
        >
          <RecentTexts {...recent} onText={(now) => typed.run({ text: now, turns: null })} />
        </TextBox>
      )}
      {card?.base && (
        <p className="note whose">
          <Choice
            legend="Whose expectations are shown"
            options={PAIR}
            value={state.asked}
            onChange={(asked) => onState({ asked })}
          />{" "}
          {state.asked === "base" ? `What ${card.base} expects.` : `What ${card.name} expects.`}
        </p>
      )}
      {state.text === "" && !turns && (
        <p className="note">
          Enter runs it, Shift Enter breaks the line{card?.chat ? ", <eot> separates turns" : ""}. Everything
          set on this page is in its link.
        </p>
      )}
    </Pane>
  );
}
