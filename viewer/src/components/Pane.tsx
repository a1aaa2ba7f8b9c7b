/** A titled card. A fault inside it stays inside it: the rest of the page goes on. */
import { Component, type ReactNode } from "react";
import { type Asks, How } from "./How";
import { Failed } from "./States";

/** `way`: a link beside the title; `ask`: what the numbers in it answer, for the lines behind "How?"; `worked`: how
 * the page works them out from that, where they are not there as they stand. */
type Props = { id: string; title: string; way?: ReactNode; ask?: Asks; worked?: string; children: ReactNode };

export function Pane({ id, title, way, ask, worked, children }: Props) {
  return (
    <section className="pane" id={id} aria-labelledby={`${id}-title`} tabIndex={-1}>
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        {way}
        {ask && <How of={title} {...{ ask, worked }} />}
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
        message="This cannot be drawn: the data has another shape. `neuronscope check` names the fault."
        onRetry={() => this.setState({ broken: false })}
      />
    );
  }
}
