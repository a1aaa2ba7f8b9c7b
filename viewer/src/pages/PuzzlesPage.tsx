/** TO BE WRITTEN */
import type { ToolProps } from "./ToolPage";

export function PuzzlesPage({ dataset }: ToolProps) {
  return <p>{dataset.title}</p>;
}
