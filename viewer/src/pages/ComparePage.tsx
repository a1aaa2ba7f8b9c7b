/** TO BE WRITTEN */
import type { ToolProps } from "./ToolPage";

export function ComparePage({ dataset }: ToolProps) {
  return <p>{dataset.title}</p>;
}
