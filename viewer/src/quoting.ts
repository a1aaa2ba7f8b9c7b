/** Any text as one word of a shell, or as a string of Python, that does nothing but stand there. Pure. */

// What a terminal acts on when it is pasted, or what would show other text than there is: controls, direction controls,
// separators, what has no width.
const ACTING = /[\p{Cc}\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/u;
const EACH = new RegExp(ACTING, "gu");
const PLAIN = /^[A-Za-z0-9_@%+:,./][A-Za-z0-9_@%+=:,./-]*$/;

/** One half of a pair of surrogates is no character, and no address can hold it. */
export const whole = (text: string): string =>
  text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");

/** A word of bash or zsh; NUL, which no word can hold, is left out. */
export function shellWord(text: string): string {
  const word = whole(text).replaceAll("\0", "");
  if (PLAIN.test(word)) return word;
  if (!ACTING.test(word)) return `'${word.replaceAll("'", "'\\''")}'`;
  return `$'${word.replace(/[\\']/g, "\\$&").replace(EACH, (one) => `\\u${hex(one)}`)}'`;
}

/** A string of Python, on one line. */
export const pythonString = (text: string): string =>
  `"${whole(text)
    .replace(/[\\"]/g, "\\$&")
    .replace(EACH, (one) => `\\u${hex(one)}`)}"`;

const hex = (character: string): string => character.charCodeAt(0).toString(16).padStart(4, "0");

/** A number without an exponent, which neither an address nor the command line reads. */
export function decimal(value: number): string {
  const text = String(value);
  if (!text.includes("e")) return text;
  return value.toFixed(18).replace(/\.?0+$/, "");
}
