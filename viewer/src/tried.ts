/** The texts that were lately tried on a live model: what is kept in, the texts out, and back. Pure. */

const MOST = 12;
const LONGEST = 4000; // characters of a text that is worth keeping
type Kept = Record<string, string[]>;

function all(stored: string | null): Kept {
  try {
    const found: unknown = JSON.parse(stored ?? "{}");
    return typeof found === "object" && found !== null && !Array.isArray(found) ? (found as Kept) : {};
  } catch {
    return {};
  }
}

/** The last texts of one model, the latest first. */
export function textsOf(stored: string | null, model: string): string[] {
  const found: unknown = all(stored)[model];
  return Array.isArray(found) ? found.filter((text) => typeof text === "string").slice(0, MOST) : [];
}

/** What is kept once a text was tried; one that was typed on takes the place of its beginning. */
export function withText(stored: string | null, model: string, text: string): string {
  const before = textsOf(stored, model);
  const [latest] = before;
  const on = latest !== undefined && (text.startsWith(latest) || latest.startsWith(text));
  const others = (on ? before.slice(1) : before).filter((other) => other !== text);
  const texts = text.length > LONGEST ? before : [text, ...others].slice(0, MOST);
  return JSON.stringify({ ...all(stored), [model]: texts });
}

/** What is kept once a model's texts are forgotten; null: nothing. */
export function withoutTexts(stored: string | null, model: string): string | null {
  const { [model]: _, ...others } = all(stored);
  return Object.keys(others).length === 0 ? null : JSON.stringify(others);
}
