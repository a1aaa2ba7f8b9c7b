/**
 * One text with its activations as colour. At rest it is text with few spans; when the pointer or the focus enters,
 * every token becomes a span whose value the page's tooltip shows. ←/→ walk the tokens, Enter or a click widens the text,
 * or picks a token where someone wants to know.
 */
import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type PointerEvent,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import type { Scale } from "../color";
import type { TokenValues } from "../nouns";
import { type Breaks, type Context, runs, type Sign, type Under } from "../tokens";
import { elementAt, isFocused, isSelecting } from "../tree";
import { LiveTokens } from "./LiveTokens";
import { TokenRuns } from "./TokenRuns";
import { nextPosition, type Text, useText } from "./useText";
import { useTokenTip } from "./useTokenTip";

type Props = {
  record: TokenValues;
  scale: Scale;
  sign: Sign;
  context: Context;
  label: string;
  breaks?: Breaks;
  under?: Under | undefined;
  /** Around which position it is shown, where that is not its own peak. */
  middle?: number | null;
  /** The position that is underlined and walked to first, where that is not the peak. */
  mark?: number;
  /** This text's own context, and who is told when it is opened further; without `onOpened` it stays as it is. */
  id?: string;
  opened?: Context | null;
  onOpened?: (id: string, context: Context | null) => void;
  /** Who is told of the token that is clicked, or walked to when Enter is pressed. */
  onPick?: (position: number) => void;
};

export const TokenHeatmap = memo(function TokenHeatmap(props: Props) {
  const {
    record,
    scale,
    sign,
    context,
    label,
    under,
    middle,
    mark,
    id = "",
    opened = null,
    onOpened,
  } = props;
  const around = { middle, mark };
  const text = useText(record, sign, { context, opened, onOpened: (to) => onOpened?.(id, to), ...around });
  const breaks = text.context === "line" ? "inline" : (props.breaks ?? "inline");
  const { shown, peak, widen, toFull } = text;
  const { box, live, cursor, handlers } = useReading({ record, scale, text, under, onPick: props.onPick });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls; this is one text of a list
    <div
      ref={box}
      className={`heatmap ${text.context}${widen || props.onPick ? " widens" : ""}${under ? " under" : ""}`}
      dir="auto"
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: its tokens are walked with the arrow keys
      tabIndex={0}
      aria-label={label}
      {...handlers}
    >
      {text.cutBefore && <Widen where="before" onClick={toFull} />}
      {live ? (
        <LiveTokens {...{ record, scale, cursor, peak, shown, breaks, under }} />
      ) : (
        <TokenRuns runs={runs(record, shown, { limit: scale.limit, peak, under })} breaks={breaks} />
      )}
      {text.cutAfter && <Widen where="after" onClick={toFull} />}
    </div>
  );
});

/** How pointer, finger and keys read a text; `live` while one of them is in it, `cursor` while the keys walk. */
type Reading = {
  record: TokenValues;
  scale: Scale;
  text: Text;
  under: Under | undefined;
  onPick: ((position: number) => void) | undefined;
};

function useReading({ record, scale, text, under, onPick }: Reading) {
  const box = useRef<HTMLDivElement>(null);
  const entered = useRef<{ clientX: number; clientY: number } | null>(null);
  const [live, setLive] = useState(false);
  const [cursor, setCursor] = useState<number | null>(null);
  const tip = useTokenTip({ box, record, scale, shown: text.shown, under });

  // The pointer came in over text at rest: the span that now lies under it gets no event of its own.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the spans appear
  useLayoutEffect(() => {
    if (live && entered.current) tip.showUnder(entered.current);
    entered.current = null;
  }, [live]);
  // The tooltip needs the span of the position, which may be there only after the step's own rendering.
  // biome-ignore lint/correctness/useExhaustiveDependencies: moves with the cursor alone
  useLayoutEffect(() => {
    return cursor === null ? undefined : tip.bring(cursor);
  }, [cursor]);

  const enterAt = ({ clientX, clientY }: PointerEvent) => {
    entered.current = { clientX, clientY };
    setLive(true);
  };
  const stopWalk = () => {
    setCursor(null);
    tip.hide();
  };
  // while text is selected nothing may be re-rendered under it
  const rest = () => {
    stopWalk();
    if (!isSelecting(box.current)) setLive(false);
  };
  const walk = (direction: 1 | -1) => {
    const position = nextPosition(text, cursor, direction);
    setCursor(position);
    tip.say(position);
  };
  const ways: Record<string, (() => void) | null> = {
    ArrowRight: () => walk(1),
    ArrowLeft: () => walk(-1),
    Enter: onPick && cursor !== null ? () => onPick(cursor) : text.widen,
    Escape: cursor === null ? () => box.current?.blur() : stopWalk,
  };
  const handlers = {
    onPointerEnter: (event: PointerEvent) => {
      // a finger may be scrolling; a pressed button draws a selection over this text
      if (event.pointerType !== "touch" && event.buttons === 0) enterAt(event);
    },
    onPointerOver: (event: PointerEvent) => {
      if (event.pointerType !== "touch") tip.showOf(event.target as Element);
    },
    onPointerUp: (event: PointerEvent) => {
      if (event.pointerType !== "touch") return;
      // a tap: a scroll ends with a cancel instead
      if (live) tip.showUnder(event);
      else enterAt(event);
    },
    onPointerLeave: (event: PointerEvent) => {
      if (event.pointerType === "touch") return; // the value stays when the finger is lifted
      if (isFocused(box.current)) tip.hide();
      else rest();
    },
    onFocus: () => setLive(true),
    onBlur: rest,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.target !== box.current || event.ctrlKey || event.metaKey || event.altKey) return;
      const way = ways[event.key];
      if (!way) return;
      event.preventDefault();
      way();
    },
    onClick: (event: MouseEvent) => {
      if (isSelecting(box.current)) return; // a click is no click
      // a tap may have made the token's span just now
      const token = elementAt(box.current, event.clientX, event.clientY)?.closest("[data-from]");
      const picked = onPick && token?.getAttribute("data-from");
      if (picked) return onPick(Number(picked));
      if (isTouch(event) || !text.widen) return;
      tip.hide();
      text.widen();
    },
  };
  return { box, live, cursor, handlers };
}

function Widen({ where, onClick }: { where: "before" | "after"; onClick: () => void }) {
  return (
    <button
      type="button"
      className="widen"
      tabIndex={-1}
      aria-label={`Show the text ${where}`}
      onClick={(event) => {
        event.stopPropagation();
        onClick();
      }}
    >
      …
    </button>
  );
}

/** A tap shows the value; to widen a text a finger has the buttons at its ends. */
const isTouch = ({ nativeEvent }: MouseEvent): boolean =>
  "pointerType" in nativeEvent && nativeEvent.pointerType === "touch";
