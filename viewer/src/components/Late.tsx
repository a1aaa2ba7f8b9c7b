/**
 * Parts of the viewer in scripts of their own, so that a page starts with what it shows first: bars while a part is on
 * its way, a sentence where it did not come.
 */
import { type ComponentType, lazy, type ReactNode, Suspense } from "react";
import { Empty, Loading } from "./States";

/**
 * The component that `load` brings when it is first drawn; `lines` are about as many as it will have. With 0 lines it
 * is a small addition to something, in whose place there is nothing before it comes and if it never does.
 */
export function late<P extends object>(
  load: () => Promise<ComponentType<P>>,
  lines: number,
): (props: P) => ReactNode {
  const Part = lazy<ComponentType<P>>(() =>
    load().then(
      (part) => ({ default: part }),
      () => ({ default: lines > 0 ? NotThere : () => null }),
    ),
  );
  return (props) => (
    <Suspense fallback={lines > 0 && <Loading lines={lines} />}>
      <Part {...props} />
    </Suspense>
  );
}

/** A script that failed is not asked for again while the page is open. */
function NotThere() {
  return <Empty>This part of the viewer could not be loaded. Reload the page.</Empty>;
}
