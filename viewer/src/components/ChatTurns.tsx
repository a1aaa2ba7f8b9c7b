/** A conversation to be tried: its turns, one field each. */
import type { Message } from "../nouns";
import { withNext } from "../prompt";
import { TurnFields } from "./TurnFields";

type Props = {
  turns: readonly Message[];
  busy: boolean;
  onWrite: (turns: Message[]) => void;
  onRun: (turns?: Message[]) => void;
};

export function ChatTurns({ turns, busy, onWrite, onRun }: Props) {
  return (
    <form
      className="turns"
      onSubmit={(event) => {
        event.preventDefault();
        onRun();
      }}
    >
      <TurnFields {...{ turns, onWrite }} onTakeOut={onRun} onEnter={onRun} />
      <div className="who">
        <button type="submit" className="main" aria-disabled={busy}>
          Run
        </button>
        <button type="button" onClick={() => onRun(withNext(turns))}>
          Add a turn
        </button>
        <span className="note" role="status">
          {busy ? "Running …" : ""}
        </span>
      </div>
    </form>
  );
}
