/** A text of one's own on a unit: typed, run through the live model, drawn as the stored records are. */
import { useMemo } from "react";
import { recordQuery } from "../api";
import { type Scale, scaleOf, scaleOfText } from "../color";
import { Pane } from "../components/Pane";
import { RecentTexts } from "../components/RecentTexts";
import { Empty } from "../components/States";
import { TextBox } from "../components/TextBox";
import { TriedText } from "../components/TriedText";
import { liveQuery } from "../liveAsking";
import { liveQuestion, liveState } from "../liveState";
import type { DatasetEntry, LiveUnit, NeuronRecord, Site, UnitAddress } from "../nouns";
import { FIRST_PROMPT, formatPrompt, keyOf } from "../prompt";
import { useQuery } from "../queries";
import type { Change } from "../view";
import { AskFailed } from "./AskFailed";
import { LiveGate } from "./LiveGate";
import { useLatest } from "./useLatest";
import { useRecent } from "./useRecent";
import { useTyped } from "./useTyped";

type Props = {
  site: Site;
  dataset: DatasetEntry;
  at: UnitAddress;
  name: string;
  text: string;
  onView: Change;
  promptHref: (query: string) => string;
};

const WORKED =
  "The model reads the text as it read the corpus, and gives this unit's activation at each token.";

export function TryPane(props: Props) {
  const { site, dataset, at, text, promptHref } = props;
  const found = liveState(site, dataset);
  if (found.state === "none") return null;
  const ready = found.state === "ready";
  const query = formatPrompt({ ...FIRST_PROMPT, text, units: [at], colour: keyOf(at) });
  const body = { text, units: [at], dataset: dataset.name };
  const ask = ready && text.trim() !== "" && liveQuestion(site, found.model.name, "activations", body);
  return (
    <Pane
      id="try"
      title="Try a text"
      way={
        ready && (
          <a className="on" href={promptHref(query)}>
            On the prompt page
          </a>
        )
      }
      ask={ask}
      worked={WORKED}
    >
      <LiveGate {...{ site, dataset }}>{(model) => <Try {...props} model={model} />}</LiveGate>
    </Pane>
  );
}

function Try({ dataset, at, name, text, onView, model }: Props & { model: string }) {
  const typed = useTyped(text, (now) => onView((view) => ({ ...view, text: now })));
  const asked = liveQuery(model, "activations", { text, units: [at], dataset: dataset.name });
  const wanted = text.trim() !== "";
  const answer = useLatest(wanted ? asked : null, typed.typing);
  const stored = useQuery(recordQuery(dataset, at)).data;
  const recent = useRecent(model, answer.data && !answer.old ? text : null);
  const unit = answer.data?.units[0];
  const scale = useMemo(() => unit && scaleFor(unit, stored), [unit, stored]);
  return (
    <div className="try">
      <TextBox
        label={`What does this ${name.toLowerCase()} do on …`}
        rows={3}
        draft={typed.draft}
        busy={answer.isFetching}
        onWrite={typed.write}
        onRun={typed.run}
      >
        <RecentTexts {...recent} onText={typed.run} />
      </TextBox>
      <div>
        {unit && scale && <TriedText {...{ unit, scale }} old={answer.old} />}
        <AskFailed {...answer} />
        {!wanted && (
          <Empty>
            Type a text: it runs through {model} when you pause or press Enter (Shift Enter breaks the line).
            The link of this page keeps it.
          </Empty>
        )}
      </div>
    </div>
  );
}

/** That of the stored records, so that colours compare; a unit without any has its text's own. */
function scaleFor({ record, max }: LiveUnit, stored: NeuronRecord | undefined): Scale {
  if (stored) return scaleOf(stored);
  return max !== null && max > 0 ? { limit: max, end: "maximum" } : scaleOfText(record);
}
