/**
 * An explanation in words, as it was written; what would turn the text around is a mark. Very long ones scroll in their
 * place, and keys have to reach what scrolls.
 */
import { visible } from "../tokens";

const LONG = 1000; // characters; what is left alone fills no more than a screen

export const Words = ({ text, className = "explanation" }: { text: string; className?: string }) => (
  <p className={className} dir="auto" tabIndex={text.length > LONG ? 0 : undefined}>
    {visible(text.trim())}
  </p>
);
