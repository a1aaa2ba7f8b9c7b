/** TO BE WRITTEN */
import type { ToolProps } from "./ToolPage";

export function ListsPage({ dataset }: ToolProps) {
  return <p>{dataset.title}</p>;
}
