/** One list, wherever it is kept; as much can be done with it as its place allows. */
import { type ReactNode, useContext, useEffect, useState } from "react";
import { listsQuery } from "../api";
import { Empty, Loading } from "../components/States";
import type { Deeds } from "../deeds";
import { useKept } from "../keeping";
import { changeHere, changeThere, type Editing, forget } from "../listActs";
import type { DatasetEntry, KeptList, Site, UnitList } from "../nouns";
import { QueriesContext, useQuery } from "../queries";
import { peoplesListQuery, peoplesListsQuery } from "../served";
import { unpacked } from "../shared";
import { useShelf } from "../shelf";
import { visible } from "../tokens";
import type { Which } from "../whichList";
import { ListView } from "./ListView";
import type { ListWays } from "./listWays";
import { QueryView } from "./QueryView";

export type OneProps = { site: Site; dataset: DatasetEntry; ways: ListWays; deeds: Deeds };

export function OneList({ which, ...props }: OneProps & { which: Which }) {
  if (which.where === "browser") return <Here {...props} id={which.id} />;
  if (which.where === "site") return <There {...props} id={which.id} />;
  if (which.where === "dataset") return <Own {...props} place={which.place} />;
  if (which.where === "link") return <InLink {...props} letters={which.letters} />;
  return (
    <Frame {...props} title="Not found">
      <p className="lede">No list has this address.</p>
    </Frame>
  );
}

type FrameProps = Pick<OneProps, "dataset" | "ways"> & { title: string; children: ReactNode };

function Frame({ dataset, ways, title: given, children }: FrameProps) {
  const title = visible(given);
  useEffect(() => {
    document.title = `${title} · ${dataset.title}`;
  }, [title, dataset.title]);
  return (
    <>
      <p className="crumb">
        <a href={ways.all}>All lists</a>
      </p>
      <h1 tabIndex={-1} dir="auto">
        {title}
      </h1>
      {children}
    </>
  );
}

function Here({ id, ...props }: OneProps & { id: string }) {
  const { dataset } = props;
  const { kept, fault } = useShelf(dataset.name);
  const list = kept.find((one) => one.id === id)?.list;
  const editing: Editing = {
    home: "browser",
    change: async (edit) => changeHere(dataset, id, edit),
    remove: () => forget(dataset, "browser", id),
  };
  const gone =
    "This list is not kept in this browser: it was deleted, or made in another one. Ask for its shared link.";
  return (
    <Frame {...props} title={list?.title ?? "List"}>
      {list ? (
        <ListView {...props} {...{ list, editing }} origin="Kept in this browser alone." />
      ) : (
        <Empty>{fault ?? gone}</Empty>
      )}
    </Frame>
  );
}

function There({ id, ...props }: OneProps & { id: string }) {
  const { dataset, site } = props;
  const queries = useContext(QueriesContext);
  const query = useQuery(peoplesListQuery(dataset, id));
  const [answered, setAnswered] = useState<KeptList | null>(null);
  const armed = useKept("token") !== null || !site.token;
  const newest = (data: KeptList) => (answered && answered.version > data.version ? answered : data);
  const editingOf = (kept: KeptList): Editing => ({
    home: "site",
    change: (edit) => changeThere(dataset, kept, edit, setAnswered),
    remove: async () => {
      const undo = await forget(dataset, "site", id, kept);
      return () => undo().finally(() => queries.changed(peoplesListsQuery(dataset).key));
    },
  });
  return (
    <Frame {...props} title={query.data ? newest(query.data).title : "List"}>
      <QueryView query={query} lines={8} missing="This list is not kept on this site, or it was deleted.">
        {(data) => {
          const list = newest(data);
          return (
            <ListView
              {...props}
              {...{ list, id }}
              editing={list.own && armed ? editingOf(list) : null}
              origin={
                list.own
                  ? "Kept on this site, for all to read; yours to change."
                  : "Somebody keeps it on this site."
              }
            />
          );
        }}
      </QueryView>
    </Frame>
  );
}

function Own({ place, ...props }: OneProps & { place: number }) {
  const query = useQuery(listsQuery(props.dataset));
  const list = query.data?.lists[place];
  return (
    <Frame {...props} title={list?.title ?? "List"}>
      <QueryView query={query} lines={8} missing="This dataset has no lists of its own.">
        {({ lists }) =>
          list ? (
            <ListView {...props} list={list} editing={null} origin="One of the dataset’s own lists." own />
          ) : (
            <Empty>This dataset has only {lists.length} lists of its own.</Empty>
          )
        }
      </QueryView>
    </Frame>
  );
}

function InLink({ letters, ...props }: OneProps & { letters: string }) {
  const opened = useUnpacked(letters);
  const list = opened instanceof Error ? null : opened;
  return (
    <Frame {...props} title={list?.title ?? "A list in a link"}>
      {list && (
        <ListView
          {...props}
          list={list}
          editing={null}
          origin="It is in this link alone, and kept nowhere else."
        />
      )}
      {opened === null && <Loading lines={8} />}
      {opened instanceof Error && (
        <p className="lede" role="alert">
          {opened.message}
        </p>
      )}
    </Frame>
  );
}

/** The list that is in a link, or why there is none. */
function useUnpacked(letters: string): UnitList | Error | null {
  const [opened, setOpened] = useState<UnitList | Error | null>(null);
  useEffect(() => {
    let here = true;
    const end = (found: UnitList | Error) => here && setOpened(found);
    unpacked(letters).then(end, end);
    return () => {
      here = false;
    };
  }, [letters]);
  return opened;
}
