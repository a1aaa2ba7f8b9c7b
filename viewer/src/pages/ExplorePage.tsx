/** TO BE WRITTEN */
import type { ToolProps } from "./ToolPage";

export function ExplorePage({ dataset }: ToolProps) {
  return <p>{dataset.title}</p>;
}
