/** What people wrote, and jobs that score it, in; the words that stand on the page out. Pure. */
import { Problem } from "./api";
import type { Job, ScoredExplanation, Site, Vote, Votes, Written } from "./nouns";
import { visible } from "./tokens";
import { plural } from "./words";

/** One's vote after a click on a side: the same side again takes it back. */
export const nextVote = (mine: Vote, clicked: Vote): Vote => (mine === clicked ? 0 : clicked);

/** How many votes a side has, and whether one's own is among them. */
export function sideSaid(side: 1 | -1, { up, down, vote }: Pick<Votes, "up" | "down" | "vote">): string {
  const votes = `${plural(side === 1 ? up : down, "vote")} ${side === 1 ? "for it" : "against it"}`;
  return vote === side ? `${votes}, with yours` : votes;
}

const QUOTED = 60;

/** The beginning of a text, as a name for what belongs to it. */
export function quoted(text: string): string {
  const [line] = text.trim().split("\n");
  const signs = [...visible(line ?? "")];
  return signs.length > QUOTED ? `“${signs.slice(0, QUOTED).join("").trimEnd()} …”` : `“${signs.join("")}”`;
}

/** 2 Jan 2026, in the reader's own time zone; what is no time stays as it stands. */
export function dayOf(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}

/** As the other explanations are drawn. */
export const asScored = ({ explanation, scores, baselines, provenance }: Written): ScoredExplanation => ({
  explanation,
  scores: scores ?? null,
  baselines: baselines ?? null,
  provenance: provenance ?? null,
});

/** The scores that a job made, of the text that it was asked about. */
export function resultOf({ asked, result }: Job): ScoredExplanation | null {
  return result && { ...result, explanation: asked.text };
}

/** The field that a refusal is about; null where it is about none. */
export function fieldOf(problem: Error | null): "text" | "author" | null {
  if (!(problem instanceof Problem) || problem.status !== 422) return null;
  return problem.message.startsWith("The author") ? "author" : "text";
}

/** How a job stands. */
export function jobSaid({ state, progress: { done, total }, detail }: Job, model: string): string {
  if (state === "queued") return "Waiting until other texts are scored.";
  if (state === "running")
    return total ? `${done} of ${plural(total, "question")} answered by ${model}` : `Asking ${model} …`;
  if (state === "done") return `Scored by ${model}.`;
  if (state === "cancelled") return "Cancelled: not scored.";
  return detail ?? "It failed; the server does not say why.";
}

/** The site's model that scores texts. */
export const scoringModel = ({ models }: Site) => models.find(({ use }) => use === "scoring");
