/** TO BE WRITTEN */
import type { ToolProps } from "./ToolPage";

export function ReportsPage({ dataset }: ToolProps) {
  return <p>{dataset.title}</p>;
}
