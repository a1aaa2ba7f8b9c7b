/** The texts that were tried last, each to be tried again, and the way to forget them. */
import { drawn } from "../tokens";
import { Dropdown } from "./Dropdown";

type Props = { texts: readonly string[]; onText: (text: string) => void; onClear: () => void };

const SHOWN = 80; // characters of each

export function RecentTexts({ texts, onText, onClear }: Props) {
  if (texts.length === 0) return null;
  return (
    <Dropdown title="Last texts">
      <ul className="recent">
        {texts.map((text) => (
          <li key={text}>
            <button
              type="button"
              dir="auto"
              title={text.length > SHOWN ? text : undefined}
              onClick={({ currentTarget }) => {
                currentTarget.closest("details")?.removeAttribute("open");
                onText(text);
              }}
            >
              {drawn(text.length > SHOWN ? `${text.slice(0, SHOWN)} …` : text)}
            </button>
          </li>
        ))}
      </ul>
      <button type="button" onClick={onClear}>
        Forget these texts
      </button>
    </Dropdown>
  );
}
