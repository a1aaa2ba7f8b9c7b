/** "How?": a quiet button that opens the lines by which a number is got without this page. The dialog comes late. */
import { type ComponentType, createContext, useContext, useState } from "react";
import type { DatasetEntry, Site } from "../nouns";
import type { Place, Question } from "../questions";

/** What pages are about; without one there is no button. `lines`: whether something answers them; `HowDialog` tells them. */
export type About = {
  site: Site;
  dataset: DatasetEntry;
  lines: boolean;
  HowDialog: ComponentType<DialogProps>;
};
export type DialogProps = {
  about: About;
  of: string;
  worked: string | undefined;
  questions: readonly Question[];
  onClose: () => void;
};
export const HowContext = createContext<About | null>(null);

/** The dataset's whole address, as lines name it that run elsewhere. */
export const placeOf = ({ dataset: { root, name } }: About): Place => ({
  root: new URL(root, document.baseURI).href,
  site: document.baseURI,
  name,
});

type None = false | null | undefined;
export type Asks = Question | None | readonly (Question | None)[];

/**
 * `of` is what the numbers are of, in the words that stand beside; `worked` how the page works them out, if it does. A site
 * of files answers no lines, so that it tells of nothing else there.
 */
export function How({ of, ask, worked }: { of: string; ask: Asks; worked?: string | undefined }) {
  const about = useContext(HowContext);
  const [open, setOpen] = useState(false);
  const questions = [ask].flat().filter((one) => !!one);
  if (!about || questions.length === 0) return null;
  const { lines, HowDialog } = about;
  if (!lines && !worked) return null;
  return (
    <>
      <button
        type="button"
        className="how"
        aria-haspopup="dialog"
        aria-label={`How? ${of}: ${lines ? "the lines that give it" : "how it is worked out"}`}
        onClick={() => setOpen(true)}
      >
        How?
      </button>
      {open && <HowDialog {...{ about, of, worked, questions }} onClose={() => setOpen(false)} />}
    </>
  );
}
