/** Something that waits behind a line; drawn when it is first opened. */
import { type ReactNode, useState } from "react";

export function Disclosure({ title, children }: { title: ReactNode; children: ReactNode }) {
  const [drawn, setDrawn] = useState(false);
  return (
    <details className="disclosure" onToggle={({ currentTarget }) => currentTarget.open && setDrawn(true)}>
      <summary>{title}</summary>
      {drawn && <div>{children}</div>}
    </details>
  );
}
