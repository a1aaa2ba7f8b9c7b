/** Something that waits behind a line; drawn while it is open. */
import { type ReactNode, useState } from "react";

type Props = { title: ReactNode; open: boolean; onOpen: (open: boolean) => void; children: ReactNode };

export function Disclosure({ title, open, onOpen, children }: Props) {
  return (
    <details
      className="disclosure"
      open={open}
      onToggle={({ currentTarget }) => currentTarget.open !== open && onOpen(currentTarget.open)}
    >
      <summary>{title}</summary>
      {open && <div>{children}</div>}
    </details>
  );
}

/** The same where whether it is open is nobody else's business. */
export function Fold({
  title,
  first = false,
  children,
}: Pick<Props, "title" | "children"> & { first?: boolean }) {
  const [open, setOpen] = useState(first);
  return <Disclosure {...{ title, open, children }} onOpen={setOpen} />;
}
