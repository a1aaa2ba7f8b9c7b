/** The text as the model read it: coloured by how likely each token was, or by a unit; a click looks at a token. */
import { useMemo } from "react";
import { type Scale, scaleOfText } from "../color";
import { Legend } from "../components/Legend";
import { OneField } from "../components/OneField";
import { Pane } from "../components/Pane";
import { Empty, Loading } from "../components/States";
import { TokenHeatmap } from "../components/TokenHeatmap";
import { liveQuestion } from "../liveState";
import type { LiveUnit, Site, TokenValues, UnitPlace } from "../nouns";
import { LIKELY_SCALE, likelihoods } from "../predicted";
import { keyOf, LIKELY, type PromptChange, type Prompting, placeIn, UNIT_HINT } from "../prompt";
import { short } from "../tokens";
import { AskFailed } from "./AskFailed";
import type { Prompted } from "./usePrompted";

type Props = {
  site: Site;
  model: string;
  state: Prompting;
  prompted: Prompted;
  onState: PromptChange;
};

const WORKED =
  "Each token's number is the natural logarithm of the probability that the model gave it, from the tokens before it.";

export function ReadPane({ site, model, state, prompted, onState }: Props) {
  const { given, predictions, activations } = prompted;
  const told = predictions.data;
  const unitOf = (key: string | null): LiveUnit | undefined =>
    activations.data?.units.find((unit) => keyOf(unit) === key);
  const coloured = unitOf(state.colour);
  const bar = unitOf(state.bar);
  const likely = useMemo(() => told && likelihoods(told), [told]);
  const record: TokenValues | undefined = state.colour === LIKELY ? likely : coloured?.record;
  const scale = state.colour === LIKELY ? LIKELY_SCALE : coloured && scaleFor(coloured);
  const under = bar && { values: bar.record, scale: scaleFor(bar), name: keyOf(bar) };
  const whose = state.asked === "base" && { model: state.asked };
  const ask =
    given !== null &&
    (state.colour === LIKELY
      ? liveQuestion(site, model, "predictions", { ...given, top_k: 1, ...whose })
      : liveQuestion(site, model, "activations", { ...given, units: [...state.units] }));
  const add = (text: string) => {
    const place = placeIn(text);
    if (!place) return UNIT_HINT;
    onState(withUnit(state, place));
    return null;
  };
  return (
    <Pane id="read" title="The text" ask={ask} {...(state.colour === LIKELY && { worked: WORKED })}>
      {!given && <Empty>Nothing is read yet: type a text.</Empty>}
      {given && (
        <>
          <UnitChips {...{ state, onState }} />
          <OneField label="Colour by a unit" button="Add" placeholder="9:746" onEnter={add} />
          {record && scale ? (
            <div className={predictions.old || activations.old ? "tried old" : "tried"}>
              <Legend
                {...{ scale }}
                negative={record.activations.some((value) => (value ?? 0) < 0)}
                own={null}
                about={
                  state.colour === LIKELY
                    ? "Log-probability, in nats: deeper is less likely."
                    : aboutOf(coloured)
                }
              />
              <ol className="records full">
                <li>
                  <span className="margin">
                    {state.at === null ? "" : short(record.activations[state.at])}
                  </span>
                  <TokenHeatmap
                    {...{ record, scale, under }}
                    sign={1}
                    context="full"
                    breaks="broken"
                    {...(state.at !== null && { mark: state.at })}
                    label="The text; Enter or a click looks at a token"
                    onPick={(at) => onState({ at: at === state.at ? null : at })}
                  />
                </li>
              </ol>
            </div>
          ) : (
            predictions.isFetching && <Loading lines={2} />
          )}
          <AskFailed {...(predictions.error ? predictions : activations)} />
        </>
      )}
    </Pane>
  );
}

/** What the text is coloured by, and which unit is drawn under it. */
function UnitChips({ state, onState }: Pick<Props, "state" | "onState">) {
  const { units, colour, bar } = state;
  const out = (key: string) =>
    onState({
      units: units.filter((place) => keyOf(place) !== key),
      ...(colour === key && { colour: LIKELY }),
      ...(bar === key && { bar: null }),
    });
  return (
    <fieldset className="colours">
      <legend className="hidden">What the text is coloured by</legend>
      <button type="button" aria-pressed={colour === LIKELY} onClick={() => onState({ colour: LIKELY })}>
        Likelihood
      </button>
      {units.map(keyOf).map((key) => (
        <span key={key} className="pair">
          <button type="button" aria-pressed={colour === key} onClick={() => onState({ colour: key })}>
            {key}
          </button>
          <button
            type="button"
            aria-pressed={bar === key}
            title={`Draw ${key} under the text`}
            onClick={() => onState({ bar: bar === key ? null : key })}
          >
            under
          </button>
          <button type="button" aria-label={`Take out ${key}`} onClick={() => out(key)}>
            ×
          </button>
        </span>
      ))}
    </fieldset>
  );
}

/** The unit among those of the page, and the one that the text is coloured by. */
export function withUnit(state: Prompting, place: UnitPlace): Partial<Prompting> {
  const key = keyOf(place);
  const there = state.units.some((other) => keyOf(other) === key);
  return { units: there ? state.units : [...state.units, place], colour: key };
}

const scaleFor = ({ record, max }: LiveUnit): Scale =>
  max !== null && max > 0 ? { limit: max, end: "maximum" } : scaleOfText(record);

const aboutOf = (unit: LiveUnit | undefined): string =>
  unit?.max
    ? `The scale of the stored texts, to ${short(unit.max)}.`
    : "This text's own scale: no maximum is stored.";
