/** What the colours of a unit's texts mean, in numbers. */
import { type Colouring, LEVELS, type Scale } from "../color";
import { short } from "../tokens";

const STEPS = Array.from({ length: LEVELS }, (_, index) => index + 1);

type Props = { scale: Scale; negative: boolean; colour: Colouring };

export function Legend({ scale, negative, colour }: Props) {
  if (!(scale.limit > 0)) return <p className="legend">nothing above zero, so no colour</p>;
  const own = colour === "text";
  const limit = own ? "own extreme" : short(scale.limit);
  return (
    <div className="legend">
      <span className="hidden">
        Colour: none below 2% of {limit}, full orange at {limit}
        {negative && `, full blue at −${limit}`}.{" "}
        {own ? "Each text has a scale of its own." : "One scale for all groups."}
      </span>
      <span aria-hidden="true">{negative ? `−${limit}` : "0"}</span>
      <span className="swatches" aria-hidden="true">
        {negative && STEPS.toReversed().map((step) => <i key={-step} className={`n${step}`} />)}
        <i />
        {STEPS.map((step) => (
          <i key={step} className={`l${step}`} />
        ))}
      </span>
      <span aria-hidden="true">{limit}</span>
    </div>
  );
}
