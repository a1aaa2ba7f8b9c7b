/** An explanation in words, as it was written; what would turn the text around is a mark. */
import { visible } from "../tokens";

export const Words = ({ text, className = "explanation" }: { text: string; className?: string }) => (
  <p className={className} dir="auto">
    {visible(text.trim())}
  </p>
);
