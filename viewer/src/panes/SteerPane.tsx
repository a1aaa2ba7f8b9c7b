/** Units changed and SAEs put in, and what becomes of the model's expectations: before and after. */
import { useMemo, useRef } from "react";
import { ChangeRow } from "../components/ChangeRow";
import { Choice } from "../components/Choice";
import { Legend } from "../components/Legend";
import { OneField } from "../components/OneField";
import { Pane } from "../components/Pane";
import { Empty } from "../components/States";
import { TokenHeatmap } from "../components/TokenHeatmap";
import { liveQuestion } from "../liveState";
import type { Intervention, ModelCard, Predictions, Site, UnitPlace } from "../nouns";
import { costSentence, errorOf, klScale, shiftOf } from "../predicted";
import { changesOf, keyOf, type PromptChange, type Prompting, placeIn, UNIT_HINT } from "../prompt";
import { changeSentence } from "../steering";
import { named, short } from "../tokens";
import { AskFailed } from "./AskFailed";
import type { Prompted } from "./usePrompted";

type Props = {
  site: Site;
  model: string;
  card: ModelCard | undefined;
  state: Prompting;
  prompted: Prompted;
  maxOf: (place: UnitPlace) => number | null;
  onState: PromptChange;
  onSteer: (place: UnitPlace, max: number | null) => void;
};

const MODES = [
  ["reconstruct", "Alone"],
  ["reconstruct+error", "With its error"],
] as const;

export function SteerPane({ site, model, card, state, prompted, maxOf, onState, onSteer }: Props) {
  const { given, predictions } = prompted;
  const taken = useRef<Intervention[]>([]); // out, the last one last
  if (!given) return null;
  const { changes } = state;
  const told = predictions.data;
  const body = { ...given, ...changesOf(state), top_k: 0 };
  const add = (text: string) => {
    const place = placeIn(text);
    if (!place) return UNIT_HINT;
    onSteer(place, maxOf(place));
    return null;
  };
  const remove = (at: number) => {
    const gone = changes[at];
    if (gone) taken.current.push(gone);
    onState({ changes: changes.filter((_, other) => other !== at) });
  };
  const last = taken.current.at(-1);
  return (
    <Pane
      id="steer"
      title="Steer"
      ask={(changes.length > 0 || state.splice !== null) && liveQuestion(site, model, "predictions", body)}
    >
      <OneField label="Change a unit while the model runs" button="Add" placeholder="9:746" onEnter={add} />
      {changes.length > 0 && (
        <ol className="changes">
          {changes.map((change, at) => (
            <ChangeRow
              // biome-ignore lint/suspicious/noArrayIndexKey: one unit may be changed twice
              key={`${keyOf(change)} ${at}`}
              {...{ change }}
              max={maxOf(change)}
              at={state.at}
              tokens={told?.tokens ?? []}
              onChange={(now) =>
                onState({ changes: changes.map((other, place) => (place === at ? now : other)) })
              }
              onRemove={() => remove(at)}
            />
          ))}
        </ol>
      )}
      {last && (
        <button
          type="button"
          onClick={() => {
            taken.current.pop();
            onState({ changes: [...changes, last] });
          }}
        >
          Undo: {changeSentence(last)}
        </button>
      )}
      <SaeChoice {...{ card, state, onState }} />
      {changes.length === 0 && !state.splice && (
        <Empty>Nothing is changed. “Steer” beside a unit pushes it by its stored maximum.</Empty>
      )}
      {state.asked === "base" && (changes.length > 0 || state.splice) && (
        <Empty>
          The base model's expectations are shown, and nothing is changed in it: choose Instruct above.
        </Empty>
      )}
      <AskFailed {...predictions} />
      {told?.changed && <Shift {...{ told }} old={predictions.old} />}
    </Pane>
  );
}

/** SAEs that can be put in. */
function SaeChoice({ card, state, onState }: Pick<Props, "card" | "state" | "onState">) {
  const saes = card?.sources.filter(({ name, splices }) => name !== null && splices) ?? [];
  if (saes.length === 0) return null;
  const chosen = state.splice?.saes ?? [];
  const mode = state.splice?.mode ?? "reconstruct";
  const set = (names: readonly string[]) =>
    onState({ splice: names.length > 0 ? { saes: [...names], mode } : null });
  return (
    <fieldset className="saes">
      <legend>SAEs put in place of what they read</legend>
      {saes.map(({ name }) => (
        <label key={name}>
          <input
            type="checkbox"
            checked={chosen.includes(name ?? "")}
            onChange={({ target }) =>
              set(target.checked ? [...chosen, name ?? ""] : chosen.filter((one) => one !== name))
            }
          />{" "}
          {name}
        </label>
      ))}
      {chosen.length > 0 && (
        <Choice
          legend="How"
          options={MODES}
          value={mode}
          onChange={(now) => onState({ splice: { saes: [...chosen], mode: now } })}
        />
      )}
    </fieldset>
  );
}

/** How the text's own tokens became more or less likely, and what SAEs leave out. */
function Shift({ told, old }: { told: Predictions; old: boolean }) {
  const shift = useMemo(() => shiftOf(told), [told]);
  if (!shift || !told.difference) return null;
  const { loss, next_kl } = told.difference;
  const words =
    loss === null
      ? ""
      : `The loss goes from ${short(told.loss)} to ${short(told.changed?.loss)} nats a token. `;
  return (
    <div className={old ? "old shift" : "shift"}>
      <p className="note" role="status">
        {words}What follows differs by {short(next_kl)} nats (KL).
      </p>
      <h3>How much likelier each token becomes</h3>
      <Legend scale={shift.scale} negative own={null} about="Difference of log-probabilities, in nats." />
      <ol className="records full">
        <li>
          <span className="margin" />
          <TokenHeatmap
            record={shift.record}
            scale={shift.scale}
            under={{ values: shift.kl, scale: klScale(shift.kl), name: "KL" }}
            sign={1}
            context="full"
            breaks="broken"
            label="The text by how much likelier each token becomes"
          />
        </li>
      </ol>
      {told.splice && (
        <>
          <h3>What the SAEs leave out</h3>
          <p className="note">{costSentence(told.splice)}</p>
          {told.splice.saes.map((sae) => {
            const { record, scale } = errorOf(told.tokens, sae);
            return (
              <div key={`${sae.sae} ${sae.hook}`}>
                <p className="note">
                  {sae.sae} at {sae.hook}: norm of its error at each token
                </p>
                <TokenHeatmap
                  {...{ record, scale }}
                  sign={1}
                  context="full"
                  breaks="broken"
                  label={`The error of ${named(sae.sae)}`}
                />
              </div>
            );
          })}
        </>
      )}
    </div>
  );
}
