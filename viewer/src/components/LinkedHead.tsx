/** The head of a page whose link restores what one sees: its title, and the link to take along, by a button or a key. */
import { CopyLink } from "./CopyLink";

const LONGEST = 200; // characters of it

/** `leftOut`: what the link says that means nothing here. */
export function LinkedHead({ title, leftOut }: { title: string; leftOut: readonly string[] }) {
  return (
    <>
      <header className="head">
        <h1 tabIndex={-1}>{title}</h1>
        <nav aria-label="This view">
          <CopyLink />
        </nav>
      </header>
      {leftOut[0] !== undefined && (
        <p className="note" role="status">
          This link also says <code dir="auto">{leftOut.join(" ").slice(0, LONGEST)}</code>, which means
          nothing here and was left out.
        </p>
      )}
    </>
  );
}
