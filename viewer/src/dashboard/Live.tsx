/** Texts of one's own: typed, run by the notebook's kernel, drawn as one or two units act on them. */
import { useState } from "react";
import { OneField } from "../components/OneField";
import { Pane } from "../components/Pane";
import { Empty, Failed } from "../components/States";
import { TextBox } from "../components/TextBox";
import type { Head, Online, Saving, ScaleOf } from "../shown";
import type { Asking } from "./asking";
import { Bar } from "./Bar";
import { Overlaid } from "./Overlaid";
import { chosen } from "./overlay";
import type { Themed } from "./themes";
import { UnitChips } from "./UnitChips";
import { useAnswer } from "./useAnswer";

type Props = { head: Head; online: Online; themed: Themed; asking: Asking | null };

export type Chosen = { units: readonly string[]; highlighted: readonly string[]; tooltip: readonly string[] };

export function Live({ head, online, themed, asking }: Props) {
  const [text, setText] = useState(online.text);
  const [picked, setPicked] = useState<Chosen>(online);
  const [scale, setScale] = useState<ScaleOf>(head.look.scale);
  const { answer, problem, busy, run, respond } = useAnswer(asking, online.answer ?? null, setText);
  const { highlighted, tooltip } = picked;
  const ask = (units: readonly string[], now = text) => run(now, units);
  const add = (typed: string) => {
    const key = typed.trim();
    if (key === "") return "Name a unit, such as 12:345.";
    const units = chosen(picked.units, key, true);
    setPicked({ units, highlighted: chosen(highlighted, key, true, 2), tooltip: chosen(tooltip, key, true) });
    ask(units);
    return null;
  };
  const save =
    asking && answer && (() => asking.ask<Saving>({ ask: "save", answer, highlighted, tooltip, scale }));
  const names = new Map(answer?.units.map(({ key, name }) => [key, name ?? null]));
  return (
    <>
      <Bar title={head.title} about="" themed={themed} save={save} />
      <main className="dash-live">
        {asking && (
          <Pane id="prompt" title="Text">
            <TextBox
              label="What the model reads; <eot> ends a turn of a chat"
              rows={3}
              draft={text}
              busy={busy}
              onWrite={setText}
              onRun={() => text !== "" && ask(picked.units)}
            >
              {online.responds && (
                <button
                  type="button"
                  disabled={busy || text === ""}
                  onClick={() => respond(text, picked.units)}
                >
                  Let the model answer
                </button>
              )}
            </TextBox>
            {problem && <Failed message={problem} onRetry={() => ask(picked.units)} />}
          </Pane>
        )}
        <Pane id="read" title="Units on the text">
          <UnitChips {...{ picked, names }} onPick={setPicked} fixed={!asking} />
          {asking && <OneField label="Another unit" button="Add" placeholder="12:345" onEnter={add} />}
          {answer ? (
            <Overlaid {...{ answer, highlighted, tooltip, scale }} old={busy} onScale={setScale} />
          ) : (
            <Empty>{busy ? "Running …" : "Nothing is read yet: type a text and press Enter."}</Empty>
          )}
        </Pane>
      </main>
    </>
  );
}
