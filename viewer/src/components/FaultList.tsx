/** The tokens that an explanation mistakes in one way, worst first: each in its text, which opens on demand. */
import { STEP } from "../bench";
import type { Scale } from "../color";
import { type Fault, type Faults, type Kind, mostOften, shareSaid } from "../faults";
import { difference, type ScoredText } from "../simulated";
import { around, count, glyphs, named, runs } from "../tokens";
import { Disclosure } from "./Disclosure";
import { FaultText } from "./FaultText";
import { TokenRuns } from "./TokenRuns";

const AROUND = { before: 9, after: 6 }; // tokens shown of the text at first
const MOST_OFTEN = 8;

const WORDS: Record<Kind, { title: string; about: string; none: string }> = {
  over: {
    title: "False positives",
    about: "simulated higher than real",
    none: "No token is simulated that much higher than it is.",
  },
  under: {
    title: "False negatives",
    about: "simulated lower than real",
    none: "No token is simulated that much lower than it is.",
  },
};

type Props = {
  kind: Kind;
  faults: Faults;
  texts: readonly ScoredText[];
  scale: Scale;
  listed: number;
  open: readonly string[];
  onOpen: (key: string, on: boolean) => void;
  onMore: (listed: number) => void;
};

export function FaultList({ kind, faults, texts, scale, listed, open, onOpen, onMore }: Props) {
  const { title, about, none } = WORDS[kind];
  const all = faults[kind];
  return (
    <section aria-labelledby={`wrong-${kind}`}>
      <h3 id={`wrong-${kind}`}>
        {title}{" "}
        <span>
          {count(all.length)} of {count(faults.tokens)} tokens · {about}
        </span>
      </h3>
      <Often {...{ faults: all, texts }} />
      {!all[0] && <p className="note">{none}</p>}
      <ol>
        {all.slice(0, listed).map((fault) => {
          const key = `${kind[0]}${fault.text}.${fault.position}`;
          const text = texts[fault.text];
          return (
            text && (
              <li key={key}>
                <Disclosure
                  title={<Head {...{ fault, text, scale }} />}
                  open={open.includes(key)}
                  onOpen={(on) => onOpen(key, on)}
                >
                  <FaultText {...{ fault, text, scale }} />
                </Disclosure>
              </li>
            )
          );
        })}
      </ol>
      {all.length > listed && (
        <button type="button" onClick={() => onMore(listed + STEP)}>
          Show {Math.min(STEP, all.length - listed)} more of {count(all.length)}
        </button>
      )}
    </section>
  );
}

/** The tokens that are mistaken more than once, most often first. */
function Often({ faults, texts }: { faults: readonly Fault[]; texts: readonly ScoredText[] }) {
  const often = mostOften(faults, texts);
  if (!often[0]) return null;
  return (
    <p className="often">
      Most often:{" "}
      {often.slice(0, MOST_OFTEN).map(({ token, times, of }, place) => (
        <span key={token}>
          {place > 0 && ", "}
          <code>{named(token)}</code> {times} of {of} times
        </span>
      ))}
      {often.length > MOST_OFTEN && `, and ${count(often.length - MOST_OFTEN)} other tokens more than once`}
    </p>
  );
}

type HeadProps = { fault: Fault; text: ScoredText; scale: Scale };

function Head({ fault, text, scale }: HeadProps) {
  const record = difference(text, scale);
  const shown = around(glyphs(record.tokens), fault.position, AROUND);
  return (
    <>
      <span className="fault">
        <code>{named(fault.token)}</code> <b>{shareSaid(fault.error)}</b>{" "}
        <small>
          simulated {shareSaid(fault.simulated / scale.limit, false)}, real{" "}
          {shareSaid(fault.real / scale.limit, false)} · text {fault.text + 1}
          {text.group && ` (${text.group})`}, token {fault.position + 1}
        </small>
      </span>
      <span className="heatmap" dir="auto">
        <TokenRuns runs={runs(record, shown, { limit: scale.limit, peak: fault.position })} />
      </span>
    </>
  );
}
