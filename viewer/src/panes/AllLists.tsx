/** All lists of a dataset: this browser's, the site's, and the dataset's own; new ones, made or imported. */
import { type ReactNode, useContext, useState } from "react";
import { ImportForm } from "../components/ImportForm";
import { ListForm } from "../components/ListForm";
import { ListLine } from "../components/ListLine";
import { Pane } from "../components/Pane";
import { Said } from "../components/Said";
import { Saved } from "../components/Saved";
import { Empty } from "../components/States";
import { TokenField } from "../components/TokenField";
import type { Deeds } from "../deeds";
import { keep, useKept } from "../keeping";
import { type Home, keepNew } from "../listActs";
import { asJson } from "../listFiles";
import { newList } from "../lists";
import type { DatasetEntry, PeoplesLists, Site, UnitList } from "../nouns";
import { QueriesContext } from "../queries";
import { peoplesListsQuery } from "../served";
import { type Shelf, setAside, storedText } from "../shelf";
import { ownId } from "../whichList";
import { plural } from "../words";
import type { ListWays } from "./listWays";
import { QueryView } from "./QueryView";
import { useAllLists } from "./useAllLists";

type Props = { site: Site; dataset: DatasetEntry; ways: ListWays; deeds: Deeds };

export function AllLists(props: Props) {
  const { site, dataset, ways, deeds } = props;
  const { own, shelf, served } = useAllLists(site, dataset);
  return (
    <>
      <h1 tabIndex={-1}>Lists</h1>
      <p className="lede">
        Units put together under a title. On a unit’s page <kbd>a</kbd> adds it to one.
      </p>
      <Making {...props} />
      <Said {...{ deeds }} />
      <Pane id="here" title="In this browser">
        <Here {...{ dataset, shelf, ways }} />
      </Pane>
      {site.writing && (
        <Pane id="site" title="On this site">
          <QueryView query={served} lines={2} missing="This site no longer keeps lists.">
            {({ lists }) => <There {...{ lists, ways }} />}
          </QueryView>
        </Pane>
      )}
      {dataset.parts.includes("lists") && (
        <Pane id="own" title="The dataset’s own" ask={{ kind: "lists" }}>
          <QueryView query={own} lines={2} missing="This dataset has no lists of its own.">
            {({ lists }) => <Own {...{ lists, ways }} />}
          </QueryView>
        </Pane>
      )}
    </>
  );
}

type Open = "make" | "import" | null;

/** The ways to new lists: a title, or what was exported or written elsewhere. */
function Making({ site, dataset, ways, deeds }: Props) {
  const [open, setOpen] = useState<Open>(null);
  const [home, setHome] = useState<Home>("browser");
  const queries = useContext(QueriesContext);
  const armed = useKept("token") !== null || !site.token;
  const made = async (lists: readonly UnitList[]) => {
    const { ids, undo } = await keepNew(dataset, home, lists).finally(() =>
      queries.changed(peoplesListsQuery(dataset).key),
    );
    return { ids, undo: () => undo().finally(() => queries.changed(peoplesListsQuery(dataset).key)) };
  };
  const make = async (title: string, note: string) => {
    const { ids, undo } = await made([newList(title, [], note)]);
    await deeds.act(
      () => ({ said: `Made “${title.trim()}”.`, undo }),
      () => ways.open(ids[0] ?? null),
    );
  };
  const imported = async (lists: UnitList[]) => {
    const { ids, undo } = await made(lists);
    const units = lists.reduce((sum, list) => sum + list.units.length, 0);
    const said = `Imported ${plural(lists.length, "list")} with ${plural(units, "unit")}.`;
    await deeds.act(() => ({
      said,
      undo,
      ...(ids.length === 1 && { href: ways.list(ids[0] ?? ""), link: "Open it" }),
    }));
    setOpen(null);
  };
  const where = site.writing && (
    <label className="where">
      Kept{" "}
      <select value={home} onChange={({ target }) => setHome(target.value === "site" ? "site" : "browser")}>
        <option value="browser">in this browser</option>
        <option value="site">on this site, for all to read</option>
      </select>
    </label>
  );
  const close = () => setOpen(null);
  return (
    <>
      <div className="who">
        <button
          type="button"
          className="main"
          aria-expanded={open === "make"}
          onClick={() => setOpen("make")}
        >
          New list
        </button>
        <button type="button" aria-expanded={open === "import"} onClick={() => setOpen("import")}>
          Import
        </button>
      </div>
      {open !== null && home === "site" && !armed && <TokenField onToken={(token) => keep("token", token)} />}
      {open === "make" && <ListForm action="Make it" onSave={make} onClose={close} extra={where} />}
      {open === "import" && <ImportForm onImport={imported} onClose={close} extra={where} />}
    </>
  );
}

type HereProps = { dataset: DatasetEntry; shelf: Shelf; ways: ListWays };

function Here({ dataset, shelf, ways }: HereProps) {
  const { kept, unread, fault, stored } = shelf;
  if (fault) return <Unreadable {...{ dataset, fault }} />;
  return (
    <>
      {!stored && (
        <p className="doubt">This browser keeps nothing: these lists last until the page is left.</p>
      )}
      {unread > 0 && (
        <p className="doubt">
          {plural(unread, "list")} kept here {unread === 1 ? "has" : "have"} a form that this viewer does not
          know; left as {unread === 1 ? "it is" : "they are"}.
        </p>
      )}
      {kept.length === 0 && (
        <Empty>None yet. They stay in this browser until you share or export them.</Empty>
      )}
      <Lines>
        {kept.map(({ id, edited, list }) => (
          <ListLine key={id} href={ways.list(id)} {...list} units={list.units.length} edited={edited} />
        ))}
      </Lines>
      {kept.length > 0 && (
        <div className="who">
          <Saved
            name={`${dataset.name}-lists.json`}
            type="application/json"
            text={() => asJson(kept.map(({ list }) => list))}
          >
            Export all as JSON
          </Saved>
        </div>
      )}
    </>
  );
}

/** What is kept here and cannot be read: it can be saved, and laid aside. */
function Unreadable({ dataset, fault }: { dataset: DatasetEntry; fault: string }) {
  return (
    <>
      <p className="doubt">{fault}</p>
      <div className="who">
        <Saved
          name={`${dataset.name}-lists-unread.txt`}
          type="text/plain"
          text={() => storedText(dataset.name)}
        >
          Save it as a file
        </Saved>
        <button type="button" onClick={() => setAside(dataset.name)}>
          Lay it aside and begin anew
        </button>
      </div>
    </>
  );
}

function There({ lists, ways }: { lists: PeoplesLists["lists"]; ways: ListWays }) {
  if (lists.length === 0) return <Empty>Nobody has kept a list here yet.</Empty>;
  return (
    <Lines>
      {lists.map(({ id, title, note, units, own, created, edited }) => (
        <ListLine key={id} href={ways.list(id)} {...{ title, note, units, own }} edited={edited ?? created} />
      ))}
    </Lines>
  );
}

function Own({ lists, ways }: { lists: readonly UnitList[]; ways: ListWays }) {
  if (lists.length === 0) return <Empty>This dataset has no lists of its own.</Empty>;
  return (
    <Lines>
      {lists.map(({ title, note, units }, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two lists may have one title, and none moves
        <ListLine key={place} href={ways.list(ownId(place))} {...{ title, note }} units={units.length} />
      ))}
    </Lines>
  );
}

const Lines = ({ children }: { children: ReactNode }) => <ul className="list-lines">{children}</ul>;
