/** Questions to a notebook's kernel and its answers: each has a number, so that an answer to nobody is nobody's. */

/** As much of anywidget's model as is used here. */
export type WidgetModel = {
  get(name: "payload"): DataView;
  send(content: unknown): void;
  on(event: string, heard: (content: Said) => void): void;
  off(event: string, heard: (content: Said) => void): void;
};
type Said = { id?: number; answer?: unknown; error?: string } | undefined;
type Waiting = { done: (answer: unknown) => void; failed: (error: Error) => void };

export class Asking {
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;

  constructor(private readonly model: Pick<WidgetModel, "send" | "on" | "off">) {
    model.on("msg:custom", this.hear);
  }

  /** The kernel's answer. Rejects with its sentence. */
  ask<T>(question: { ask: string } & Record<string, unknown>): Promise<T> {
    this.last += 1;
    const id = this.last;
    return new Promise<T>((done, failed) => {
      this.waiting.set(id, { done: done as (answer: unknown) => void, failed });
      this.model.send({ id, ...question });
    });
  }

  /** Nobody waits any more. */
  end(): void {
    this.model.off("msg:custom", this.hear);
    this.waiting.clear();
  }

  private readonly hear = (said: Said): void => {
    const waiting = said?.id === undefined ? undefined : this.waiting.get(said.id);
    if (said?.id === undefined || !waiting) return;
    this.waiting.delete(said.id);
    if (said.error === undefined) waiting.done(said.answer);
    else waiting.failed(new Error(said.error));
  };
}
