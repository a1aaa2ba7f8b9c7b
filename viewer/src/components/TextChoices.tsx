/** How much is shown of each text, and how its line breaks are. */
import type { Breaks, Context } from "../tokens";
import { Choice } from "./Choice";

const CONTEXTS: readonly (readonly [Context, string])[] = [
  ["line", "One line"],
  ["snippet", "Snippet"],
  ["full", "Full text"],
];
const BREAKS: readonly (readonly [Breaks, string])[] = [
  ["inline", "⏎ inline"],
  ["broken", "⏎ breaks"],
];

type Props = {
  context: Context;
  breaks: Breaks;
  onContext: (context: Context) => void;
  onBreaks: (breaks: Breaks) => void;
};

export const TextChoices = ({ context, breaks, onContext, onBreaks }: Props) => (
  <>
    <Choice legend="How much of each text" options={CONTEXTS} value={context} onChange={onContext} />
    <Choice legend="Line breaks" options={BREAKS} value={breaks} onChange={onBreaks} />
  </>
);
