/** A page that stands where another was asked for: its title says why. */
import { type ReactNode, useEffect } from "react";

export function NoticePage({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Neuronscope`;
  }, [title]);
  return (
    <div className="home">
      <h1 tabIndex={-1}>{title}</h1>
      {children}
    </div>
  );
}
