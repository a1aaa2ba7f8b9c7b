/** A conversation to be tried: its turns, one field each. */
import { useId } from "react";
import type { Message } from "../nouns";
import { runsByEnter } from "./TextBox";

type Props = {
  turns: readonly Message[];
  busy: boolean;
  onWrite: (turns: Message[]) => void;
  onRun: (turns?: Message[]) => void;
};

const ROLES = [
  ["user", "User"],
  ["assistant", "Assistant"],
  ["system", "System"],
] as const;

export function ChatTurns({ turns, busy, onWrite, onRun }: Props) {
  const id = useId();
  const change = (place: number, part: Partial<Message>) =>
    onWrite(turns.map((turn, other) => (other === place ? { ...turn, ...part } : turn)));
  const next = turns.at(-1)?.role === "user" ? "assistant" : "user";
  return (
    <form
      className="turns"
      onSubmit={(event) => {
        event.preventDefault();
        onRun();
      }}
    >
      {turns.map((turn, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a turn is known by its place
        <div key={place} className={`turn ${turn.role}`}>
          <select
            aria-label={`Who says turn ${place + 1}`}
            value={turn.role}
            onChange={({ target }) => change(place, { role: target.value as Message["role"] })}
          >
            {ROLES.map(([role, name]) => (
              <option key={role} value={role}>
                {name}
              </option>
            ))}
          </select>
          <textarea
            id={`${id}-${place}`}
            aria-label={`Turn ${place + 1}`}
            rows={2}
            dir="auto"
            spellCheck={false}
            value={turn.content}
            onChange={({ target }) => change(place, { content: target.value })}
            onKeyDown={(event) => {
              if (!runsByEnter(event)) return;
              event.preventDefault();
              onRun();
            }}
          />
          <button
            type="button"
            aria-label={`Take out turn ${place + 1}`}
            disabled={turns.length === 1}
            onClick={() => onRun(turns.filter((_, other) => other !== place))}
          >
            ×
          </button>
        </div>
      ))}
      <div className="who">
        <button type="submit" className="main" aria-disabled={busy}>
          Run
        </button>
        <button type="button" onClick={() => onRun([...turns, { role: next, content: "" }])}>
          Add a turn
        </button>
        <span className="note" role="status">
          {busy ? "Running …" : ""}
        </span>
      </div>
    </form>
  );
}
