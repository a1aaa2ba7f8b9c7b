/** Scores a text with the site's model, where it has one that can be used. */
import { ScoreJob } from "../components/ScoreJob";
import { Empty } from "../components/States";
import type { Site } from "../nouns";
import { scoringModel } from "../people";
import type { Unit } from "../writing";
import { useScoreJob } from "./useScoreJob";

type Props = Unit & { site: Site; text: string; about: string; idle: string; drawn: boolean };

/** `about` names what is scored, so that its job is found again. */
export function ScoreText({ dataset, at, site, text, about, idle, drawn }: Props) {
  const model = scoringModel(site);
  const { onStart, ...scoring } = useScoreJob({ dataset, at }, about);
  if (!model) return null;
  if (model.status === "failed") return <Empty>Texts cannot be scored now: {model.detail}</Empty>;
  return (
    <ScoreJob {...{ text, model: model.name, idle, drawn, ...scoring }} onStart={() => onStart({ text })} />
  );
}
