/** Everything about one prompt on a live model: what is read, expected, strongest, changed and said. */
import { cardQuery } from "../liveAsking";
import type { DatasetEntry, Site, UnitPlace } from "../nouns";
import { givenOf, keyOf, type PromptChange, type Prompting } from "../prompt";
import { useQuery } from "../queries";
import { pushing } from "../steering";
import { AnswersPane } from "./AnswersPane";
import { PromptBox } from "./PromptBox";
import { ReadPane } from "./ReadPane";
import { SayPane } from "./SayPane";
import { SteerPane } from "./SteerPane";
import { StrongPane } from "./StrongPane";
import { TokenPane } from "./TokenPane";
import { usePrompted } from "./usePrompted";
import { useTyped } from "./useTyped";

type Props = {
  site: Site;
  dataset: DatasetEntry;
  model: string;
  state: Prompting;
  onState: PromptChange;
  unitHref: (place: UnitPlace) => string;
};

export function PromptPane({ site, dataset, model, state, onState, unitHref }: Props) {
  const card = useQuery(cardQuery(model, dataset.name)).data;
  const read = { text: state.text, turns: state.turns };
  const typed = useTyped(read, (now) => onState({ ...now, at: null }));
  const prompted = usePrompted(model, dataset, state, typed.typing);
  const { predictions, activations } = prompted;
  const known = new Map(activations.data?.units.map((unit) => [keyOf(unit), unit.max]));
  const maxOf = (place: UnitPlace) => known.get(keyOf(place)) ?? null;
  const onSteer = (place: UnitPlace, max: number | null) =>
    onState({ changes: [...state.changes, pushing(place, max)] });
  const shared = { site, dataset, model, card, state, prompted, onState };
  return (
    <>
      <PromptBox
        {...{ model, card, state, typed, onState }}
        answered={predictions.data && !predictions.old ? givenOf(state) : null}
        busy={predictions.isFetching}
      />
      <ReadPane {...shared} />
      <div className="prompt-columns">
        <StrongPane {...shared} typing={typed.typing} {...{ onSteer, unitHref }} />
        <div className="prompt-rail">
          <TokenPane {...shared} />
          <AnswersPane {...shared} />
        </div>
      </div>
      <SteerPane {...shared} {...{ maxOf, onSteer }} />
      <SayPane {...shared} />
    </>
  );
}
