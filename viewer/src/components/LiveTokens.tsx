/** A text while the pointer or the focus is in it: a span per token, so that each can be pointed at. */
import type { Scale } from "../color";
import type { ActivationRecord } from "../nouns";
import { covers, drawn, type Glyph, glyphLevel, glyphText } from "../tokens";
import { tokenClass } from "./TokenRuns";

type Props = {
  record: ActivationRecord;
  scale: Scale;
  shown: readonly Glyph[];
  peak: number | null;
  cursor: number | null;
};

export function LiveTokens({ record, scale, shown, peak, cursor }: Props) {
  return shown.map((glyph) => (
    <span
      key={glyph.start}
      data-from={glyph.start}
      className={tokenClass(
        glyphLevel(record, glyph, scale.limit),
        covers(glyph, peak),
        covers(glyph, cursor),
      )}
    >
      {drawn(glyphText(record, glyph))}
    </span>
  ));
}
