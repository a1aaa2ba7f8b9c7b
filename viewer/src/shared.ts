/**
 * A list that is in its link alone: a list in, the letters of `?shared=` out, and back. JSON, deflated with a checksum
 * (zlib), in base64url. Whoever opens a link did not make it, so nothing in it is believed before it is looked at.
 */
import { flow } from "./flow";
import { checkedList, ListFault } from "./lists";
import type { UnitList } from "./nouns";

export const LONGEST_LINK = 8000; // characters; chats and mail programs cut longer ones
const LARGEST = 256_000; // bytes of JSON that a link may unfold to: a small link can stand for gigabytes

/** The letters that stand for a list. */
export async function packed(list: UnitList): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(checkedList(list)));
  return toLetters(await flow(json, new CompressionStream("deflate"), Number.POSITIVE_INFINITY, tooMuch));
}

/** The list that letters stand for. Throws ListFault: cut off, broken, too large, or no list. */
export async function unpacked(letters: string): Promise<UnitList> {
  if (letters.length > LONGEST_LINK)
    throw new ListFault("This link is longer than any that is made here: ask for the list as a file.");
  const json = await inflated(fromLetters(letters));
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
  } catch {
    throw new ListFault(BROKEN);
  }
  return checkedList(value, "The list in this link");
}

const BROKEN =
  "The list in this link cannot be read: the link was cut off or changed on its way. Ask for it again.";

const tooMuch = () =>
  new ListFault("The list in this link unfolds to more than a list can have; it was not opened.");

async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  try {
    return await flow(bytes, new DecompressionStream("deflate"), LARGEST, tooMuch);
  } catch (error) {
    throw error instanceof ListFault ? error : new ListFault(BROKEN);
  }
}

const toLetters = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");

function fromLetters(letters: string): Uint8Array<ArrayBuffer> {
  if (!/^[\w-]+$/.test(letters) || letters.length % 4 === 1) throw new ListFault(BROKEN);
  return Uint8Array.from(atob(letters.replaceAll("-", "+").replaceAll("_", "/")), (byte) =>
    byte.charCodeAt(0),
  );
}
