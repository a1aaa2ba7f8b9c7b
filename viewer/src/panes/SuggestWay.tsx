/** Where a site of files takes a better explanation of a unit. */
import type { DatasetEntry, UnitAddress } from "../nouns";
import { suggestHref } from "../suggesting";

type Props = { dataset: DatasetEntry; at: UnitAddress; template: string };

export function SuggestWay({ dataset, at, template }: Props) {
  const href = suggestHref(template, { dataset: dataset.name, at, url: location.href });
  return href ? (
    <p className="suggest-way">
      <a className="bench-way" href={href} target="_blank" rel="noopener noreferrer">
        Suggest a better explanation
      </a>
    </p>
  ) : null;
}
