/**
 * Parts of the viewer in scripts of their own, so that a page starts with what it shows first: bars while a part is on
 * its way, a sentence where it did not come. React's own way, lazy in Suspense, holds a part back for 0.3 s once the
 * bars were drawn.
 */
import { type ComponentType, type ReactNode, useEffect, useState } from "react";
import { Empty, Loading } from "./States";

export type Late<P> = ((props: P) => ReactNode) & {
  /** Asks for the script before the part is drawn; ends when it is there, or when it is known that it does not come. */
  ahead: () => Promise<void>;
};

/**
 * The component that `load` brings when it is first drawn; `lines` are about as many as it will have. With 0 lines it
 * is a small addition to something, in whose place there is nothing before it comes and if it never does.
 */
export function late<P extends object>(load: () => Promise<ComponentType<P>>, lines: number): Late<P> {
  let known: ComponentType<P> | undefined;
  let asked: Promise<void> | undefined;
  const come = (part: ComponentType<P>) => {
    known = part;
  };
  const ahead = () => {
    asked ??= load().then(come, () => come(lines > 0 ? NotThere : Nothing));
    return asked;
  };
  const Part = (props: P) => {
    const [there, setThere] = useState(known !== undefined);
    useEffect(() => {
      let drawn = true;
      if (!there) ahead().then(() => drawn && setThere(true));
      return () => {
        drawn = false;
      };
    }, [there]);
    const Known = known;
    if (there && Known) return <Known {...props} />;
    return lines > 0 && <Loading lines={lines} />;
  };
  return Object.assign(Part, { ahead });
}

/** A script that failed is not asked for again while the page is open. */
function NotThere() {
  return <Empty>A script of the viewer did not come. Reload the page.</Empty>;
}

const Nothing = () => null;
