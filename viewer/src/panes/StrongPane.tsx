/** The strongest units of the token that is looked at, or of the text: filtered, with ways on. */
import { manifestQuery } from "../api";
import { Choice } from "../components/Choice";
import { Pane } from "../components/Pane";
import { Empty, Loading } from "../components/States";
import { StrongUnits } from "../components/StrongUnits";
import { liveQuery } from "../liveAsking";
import { liveQuestion } from "../liveState";
import type { DatasetEntry, ModelCard, Site, UnitPlace } from "../nouns";
import type { Among, PromptChange, Prompting } from "../prompt";
import { useQuery } from "../queries";
import { holdsAll, layersIn, listed } from "../strong";
import { named } from "../tokens";
import { unitName } from "../words";
import { AskFailed } from "./AskFailed";
import { withUnit } from "./ReadPane";
import { useLatest } from "./useLatest";
import type { Prompted } from "./usePrompted";

type Props = {
  site: Site;
  dataset: DatasetEntry;
  model: string;
  card: ModelCard | undefined;
  state: Prompting;
  prompted: Prompted;
  typing: boolean;
  onState: PromptChange;
  onSteer: (place: UnitPlace, max: number | null) => void;
  unitHref: (place: UnitPlace) => string;
};

const EACH = 12;
const OF_TEXT = 40;
const AMONG = [
  ["stored", "Of this dataset"],
  ["explained", "Explained"],
  ["all", "All"],
] as const;
const BY = [
  ["activation", "By activation"],
  ["share", "By share of maximum"],
] as const;

export function StrongPane(props: Props) {
  const { site, dataset, model, card, state, prompted, typing, onState, onSteer, unitHref } = props;
  const { given } = prompted;
  const manifest = useQuery(manifestQuery(dataset)).data;
  const whole = holdsAll(card, manifest);
  const own = state.source === null;
  const among: Among = own ? (state.among ?? (whole === false ? "stored" : "all")) : "all";
  const asked = given &&
    (whole !== null || state.among !== null || !own) && {
      ...given,
      k: state.at === null ? OF_TEXT : EACH,
      per: state.at === null ? ("text" as const) : ("token" as const),
      by: own ? state.by : ("activation" as const),
      among,
      layers: state.layers.length > 0 ? [...state.layers] : null,
      max_density: own ? state.density : null,
      source: state.source,
    };
  const answer = useLatest(asked ? liveQuery(model, "top-units", asked) : null, typing);
  if (!given) return null;
  const found = answer.data;
  const token = state.at === null ? undefined : found?.tokens[state.at];
  const ignored = state.at !== null && found?.ignored?.includes(state.at);
  const units =
    found && !(found.per === "token" && state.at === null) ? listed(found, state.at, state.words) : [];
  const name = unitName(dataset.source).toLowerCase();
  return (
    <Pane
      id="strong"
      title={token === undefined ? `Strongest ${name}s` : `Strongest ${name}s at ${named(token)}`}
      ask={asked && liveQuestion(site, model, "top-units", asked)}
    >
      <div className="strong-filters">
        {own && (
          <>
            <Choice
              legend="Among which units"
              options={AMONG}
              value={among}
              onChange={(now) => onState({ among: now })}
            />
            <Choice
              legend="In which order"
              options={BY}
              value={state.by}
              onChange={(by) => onState({ by })}
            />
          </>
        )}
        <SourceChoice {...{ card, state, onState }} />
        <Filters key={state.source} {...{ state, onState, own }} />
      </div>
      <AskFailed {...answer} />
      {!found && answer.isFetching && <Loading lines={6} />}
      {ignored && (
        <Empty>Nothing counts this token: it is the first, where many units are huge whatever it is.</Empty>
      )}
      {found && !ignored && units.length === 0 && (
        <Empty>
          No unit is left{state.words ? " with these words in its explanation" : " by these filters"}.
        </Empty>
      )}
      {found && (
        <div className={answer.old ? "old" : undefined}>
          <StrongUnits
            {...{ units }}
            source={state.source}
            tokens={found.tokens}
            whole={state.at === null}
            hrefOf={own ? unitHref : null}
            onColour={(place) => onState(withUnit(state, place))}
            onSteer={onSteer}
          />
        </div>
      )}
    </Pane>
  );
}

function SourceChoice({ card, state, onState }: Pick<Props, "card" | "state" | "onState">) {
  if (!card || card.sources.length < 2) return null;
  return (
    <label>
      Units of{" "}
      <select value={state.source ?? ""} onChange={({ target }) => onState({ source: target.value || null })}>
        {card.sources.map(({ name, title }) => (
          <option key={name} value={name ?? ""}>
            {name ?? title}
          </option>
        ))}
      </select>
    </label>
  );
}

function Filters({ state, onState, own }: Pick<Props, "state" | "onState"> & { own: boolean }) {
  return (
    <>
      <label>
        Layers{" "}
        <input
          size={8}
          placeholder="all"
          defaultValue={state.layers.join(",")}
          onBlur={({ target }) => onState({ layers: layersIn(target.value) ?? [] })}
          onKeyDown={({ key, currentTarget }) =>
            key === "Enter" && onState({ layers: layersIn(currentTarget.value) ?? [] })
          }
        />
      </label>
      {own && (
        <label>
          Fires on at most{" "}
          <input
            size={6}
            inputMode="decimal"
            placeholder="all"
            defaultValue={state.density === null ? "" : `${100 * state.density}%`}
            onBlur={({ target }) => onState({ density: densityIn(target.value) })}
            onKeyDown={({ key, currentTarget }) =>
              key === "Enter" && onState({ density: densityIn(currentTarget.value) })
            }
          />{" "}
          of tokens
        </label>
      )}
      {own && (
        <label>
          Explained with{" "}
          <input
            size={12}
            placeholder="words"
            value={state.words}
            onChange={({ target }) => onState({ words: target.value })}
          />
        </label>
      )}
    </>
  );
}

/** "1%" or 0.01; null where it is no share. */
function densityIn(text: string): number | null {
  const value = Number.parseFloat(text) / (text.includes("%") ? 100 : 1);
  return value > 0 && value <= 1 ? value : null;
}
