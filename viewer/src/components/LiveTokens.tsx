/** A text while the pointer or the focus is in it: a span per token, so that each can be pointed at. */
import type { Scale } from "../color";
import type { TokenValues } from "../nouns";
import { type Breaks, covers, drawn, type Glyph, glyphText, marksOf, type Under } from "../tokens";
import { tokenClass } from "./TokenRuns";

type Props = {
  record: TokenValues;
  scale: Scale;
  shown: readonly Glyph[];
  peak: number | null;
  cursor: number | null;
  breaks: Breaks;
  under: Under | undefined;
};

export function LiveTokens({ record, scale, shown, peak, cursor, breaks, under }: Props) {
  return shown.map((glyph) => (
    <span
      key={glyph.start}
      data-from={glyph.start}
      className={tokenClass(
        marksOf(record, glyph, { limit: scale.limit, peak, under }),
        covers(glyph, cursor),
      )}
    >
      {drawn(glyphText(record, glyph), breaks)}
    </span>
  ));
}
