/** Deflated JSON in; what it says, out, or a sentence that says what is wrong with it. */
import { flow } from "../flow";
import { FORM, type Head } from "../shown";

const MOST = 1 << 30; // bytes of one block, inflated: more is no dashboard
const GZIP = "This browser is too old to read this page: it needs one of 2023 or later.";

/** The JSON value in gzipped bytes. Throws an Error with a sentence. */
export async function inflated<T>(bytes: Uint8Array<ArrayBuffer>): Promise<T> {
  if (typeof DecompressionStream === "undefined") throw new Error(GZIP);
  const tooMuch = () => new Error("The data of this page is too large to be read.");
  try {
    const all = await flow(bytes, new DecompressionStream("gzip"), MOST, tooMuch);
    return JSON.parse(new TextDecoder().decode(all)) as T;
  } catch {
    throw new Error("The data of this page is damaged, or was cut off: get the file again.");
  }
}

/** The same in the text of an element. */
export function inflatedText<T>(base64: string): Promise<T> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = Uint8Array.from(atob(base64.trim()), (letter) => letter.charCodeAt(0));
  } catch {
    return Promise.reject(new Error("The data of this page is damaged, or was cut off: get the file again."));
  }
  return inflated<T>(bytes);
}

/** The head, if this script can read what comes with it. Throws an Error with a sentence. */
export function checkedHead(head: Head): Head {
  if (head.form === FORM) return head;
  const made = head.version ? ` (it was made by version ${head.version})` : "";
  throw new Error(`The data has the form ${head.form}, and this script reads the form ${FORM}${made}.`);
}

/** A `DataView` as widgets get bytes, or any other view of them, as bytes. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array<ArrayBuffer> =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
