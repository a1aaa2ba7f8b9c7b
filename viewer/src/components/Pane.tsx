/** A titled card. A fault inside it stays inside it: the rest of the page goes on. */
import { Component, type ReactNode } from "react";
import { Failed } from "./States";

type Props = { id: string; title: string; way?: ReactNode; children: ReactNode };

/** `way`: a link beside the title. */
export function Pane({ id, title, way, children }: Props) {
  return (
    <section className="pane" id={id} aria-labelledby={`${id}-title`} tabIndex={-1}>
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        {way}
      </header>
      <Boundary>{children}</Boundary>
    </section>
  );
}

/** Draws its children, or a sentence where drawing them failed (data of a shape that no one expected). */
export class Boundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <Failed
        message="This cannot be drawn: the data has a shape the viewer does not know. `neuronscope check` names the fault."
        onRetry={() => this.setState({ broken: false })}
      />
    );
  }
}
