/** The turns of a conversation, one field each, inside whatever form asks for them. */
import { useId } from "react";
import type { Message } from "../nouns";
import { runsByEnter } from "./TextBox";

type Props = {
  turns: readonly Message[];
  onWrite: (turns: Message[]) => void;
  onTakeOut: (left: Message[]) => void;
  onEnter?: () => void; // without it Enter breaks the line
};

const ROLES = [
  ["user", "User"],
  ["assistant", "Assistant"],
  ["system", "System"],
] as const;

export function TurnFields({ turns, onWrite, onTakeOut, onEnter }: Props) {
  const id = useId();
  const change = (place: number, part: Partial<Message>) =>
    onWrite(turns.map((turn, other) => (other === place ? { ...turn, ...part } : turn)));
  return turns.map((turn, place) => (
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
          if (!onEnter || !runsByEnter(event)) return;
          event.preventDefault();
          onEnter();
        }}
      />
      <button
        type="button"
        aria-label={`Take out turn ${place + 1}`}
        disabled={turns.length === 1}
        onClick={() => onTakeOut(turns.filter((_, other) => other !== place))}
      >
        ×
      </button>
    </div>
  ));
}
