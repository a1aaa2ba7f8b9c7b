/** TO BE WRITTEN */
import type { ToolProps } from "./ToolPage";

export function WorkbenchPage({ dataset }: ToolProps) {
  return <p>{dataset.title}</p>;
}
