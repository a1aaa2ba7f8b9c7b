/** The lists that people put together of a dataset's units; nothing where there are none. */
import { listsQuery } from "../api";
import { Pane } from "../components/Pane";
import type { DatasetEntry, UnitAddress, UnitLists } from "../nouns";
import { useQuery } from "../queries";
import { visible } from "../tokens";
import { QueryView } from "./QueryView";

type Props = { dataset: DatasetEntry; hrefOf: (to: UnitAddress) => string; allHref: string };

export function ListsPane({ dataset, hrefOf, allHref }: Props) {
  const offered = dataset.parts.includes("lists");
  const query = useQuery(listsQuery(dataset), offered);
  if (!offered || query.data?.lists.length === 0) return null;
  return (
    <Pane id="lists" title="Worth a look" ask={{ kind: "lists" }}>
      <QueryView query={query} lines={3} missing="There are no lists yet.">
        {({ lists }) =>
          lists.map((list, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two lists may have one title
            <List key={place} {...{ list, hrefOf }} />
          ))
        }
      </QueryView>
      <p className="all">
        <a href={allHref}>All lists</a>
      </p>
    </Pane>
  );
}

function List({ list, hrefOf }: { list: UnitLists["lists"][number]; hrefOf: Props["hrefOf"] }) {
  return (
    <section className="list">
      <h3>{visible(list.title)}</h3>
      {list.note && <p className="note">{visible(list.note)}</p>}
      <ul className="cards">
        {list.units.map(({ layer, unit, label, description }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a list may name a unit twice
          <li key={place}>
            <a href={hrefOf({ layer, unit })}>
              <b>{visible(label ?? `${layer}:${unit}`)}</b>
              {label != null && (
                <span className="place">
                  {layer}:{unit}
                </span>
              )}
              {description && <span className="about">{visible(description)}</span>}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
