/** Server-sent events: the bytes of an answer in, one event after the other out. */

export type ServerEvent = { name: string; data: string };

/** Every event of a stream, as soon as it is whole; comments and what is cut off at the end are left out. */
export async function* eventsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + decoder.decode(value, { stream: true })).replace(/\r\n/g, "\n").split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = eventIn(block);
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {}); // who stops listening lets the server stop too
  }
}

/** The event that some lines are; null where they carry no data. */
export function eventIn(block: string): ServerEvent | null {
  let name = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const [field, value = ""] = line.split(/:(.*)/s);
    const text = value.replace(/^ /, "");
    if (field === "event") name = text;
    if (field === "data") data.push(text);
  }
  return data.length === 0 ? null : { name, data: data.join("\n") };
}
