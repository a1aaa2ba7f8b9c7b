/** What the colours of texts mean: in numbers, or, where each has a scale of its own, in words. */
import { LEVELS, type Scale } from "../color";
import { short } from "../tokens";

const STEPS = Array.from({ length: LEVELS }, (_, index) => index + 1);

/** `own`: what full colour is where that is no one number; `about`: for how much the scale holds. */
type Props = { scale: Scale; negative: boolean; own: string | null; about: string };

export function Legend({ scale, negative, own, about }: Props) {
  if (!(scale.limit > 0)) return <p className="legend">nothing above zero, so no colour</p>;
  const limit = own ?? short(scale.limit);
  return (
    <div className="legend">
      <span className="hidden">
        Colour: none below 2% of {limit}, full orange at {limit}
        {negative && `, full blue at −${limit}`}. {about}
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
