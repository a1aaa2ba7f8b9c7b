/** A list and all that can be done with it: share, export, copy; where it is one's own, also change, merge and delete. */
import { useState } from "react";
import { isLive, manifestQuery } from "../api";
import { publishedRows } from "../columnQueries";
import { DeleteButton } from "../components/DeleteButton";
import { ListForm } from "../components/ListForm";
import { Pane } from "../components/Pane";
import { Said } from "../components/Said";
import { Saved } from "../components/Saved";
import { useKeys } from "../keys";
import { type Editing, type Home, keepNew } from "../listActs";
import { asCsv, asJson, asText, fileName } from "../listFiles";
import { LONGEST, renamed } from "../lists";
import type { DatasetEntry, UnitList } from "../nouns";
import { useQuery } from "../queries";
import { MOST_ASKED, type UnitsQuestion } from "../questions";
import { visible } from "../tokens";
import { plural } from "../words";
import { ListRows } from "./ListRows";
import { MergeForm } from "./MergeForm";
import type { OneProps } from "./OneList";
import { ReportSaved } from "./ReportSaved";
import { Share } from "./Share";
import { UnitsSaved } from "./UnitsSaved";

type Props = OneProps & {
  list: UnitList;
  origin: string;
  editing: Editing | null; // null: it can only be looked at
  own?: boolean; // one of the dataset's own lists
  id?: string; // of a list that the site keeps, which has an address
};

const ORDER = "Units come by layer and number; ";
const OWN = `${ORDER}the list’s own order and notes are in the dataset’s lists.`;
const OTHERS = `${ORDER}the list’s own order and notes are in its export.`;

type Open = "share" | "export" | "edit" | "merge" | null;

export function ListView({ list, origin, editing, id, own = false, ...props }: Props) {
  const { deeds, dataset, ways } = props;
  const [open, setOpen] = useState<Open>(null);
  useKeys({ c: ["Share this list", () => setOpen("share")] });
  const close = () => setOpen(null);
  const units = list.units.slice(0, MOST_ASKED);
  const asked: UnitsQuestion = { kind: "units", units, limit: MOST_ASKED };
  const asks = list.units.length > 0 && [own && { kind: "lists" as const }, asked];
  const rename = async (title: string, note: string) => {
    if (!editing) return;
    renamed(list, title, note); // what is refused is said at the form
    const done = await deeds.act(async () => ({
      said: "Changed.",
      undo: await editing.change((now) => renamed(now, title, note)),
    }));
    if (done) close();
  };
  return (
    <>
      {list.note && (
        <p className="about" dir="auto">
          {visible(list.note)}
        </p>
      )}
      <p className="note">
        {plural(list.units.length, "unit")} of {dataset.title}. {origin}
      </p>
      <Toolbar {...{ ...props, list, editing, open, setOpen }} />
      {open === "share" && <Share {...{ list, ways }} address={id ? ways.address(ways.list(id)) : null} />}
      {open === "export" && <Export {...{ list, dataset }} />}
      {open === "edit" && (
        <ListForm
          action="Keep the change"
          title={list.title}
          note={list.note ?? ""}
          onSave={rename}
          onClose={close}
        />
      )}
      {open === "merge" && editing && <MergeForm {...{ ...props, list, editing }} onClose={close} />}
      <Said {...{ deeds }} floating />
      <Pane id="units" title="Units" ask={asks} {...(isLive(dataset) && { worked: own ? OWN : OTHERS })}>
        <ListRows {...{ ...props, list, editing }} />
      </Pane>
    </>
  );
}

type ToolbarProps = Omit<Props, "origin" | "id" | "own"> & { open: Open; setOpen: (open: Open) => void };

function Toolbar({ site, dataset, ways, deeds, list, editing, open, setOpen }: ToolbarProps) {
  const tab = (name: Open, title: string) => (
    <button type="button" aria-expanded={open === name} onClick={() => setOpen(open === name ? null : name)}>
      {title}
    </button>
  );
  const copy = (home: Home) =>
    deeds.act(async () => {
      const title = editing?.home === home ? `${list.title.slice(0, LONGEST.title - 7)} (copy)` : list.title;
      const { ids, undo } = await keepNew(dataset, home, [{ ...list, title }]);
      return { said: `Kept a copy, “${title}”.`, undo, href: ways.list(ids[0] ?? ""), link: "Open it" };
    });
  const remove = () =>
    deeds.act(
      async () => ({ said: `Deleted “${list.title}”.`, undo: await editing?.remove() }),
      () => ways.open(null),
    );
  return (
    <div className="who">
      {tab("share", "Share")}
      {tab("export", "Export")}
      {editing && tab("edit", "Title and note")}
      {editing && tab("merge", "Merge")}
      <button type="button" className={editing ? undefined : "main"} onClick={() => copy("browser")}>
        {editing?.home === "browser" ? "Duplicate" : "Keep a copy"}
      </button>
      {site.writing && editing?.home !== "site" && (
        <button type="button" onClick={() => copy("site")}>
          Copy to this site
        </button>
      )}
      {editing && <DeleteButton of={`“${list.title}”`} what="list" onDelete={remove} />}
    </div>
  );
}

function Export({ list, dataset }: { list: UnitList; dataset: DatasetEntry }) {
  const name = fileName(list.title);
  const tables = !isLive(dataset) && dataset.parts.includes("units");
  const layers = useQuery(manifestQuery(dataset), tables).data?.layers;
  return (
    <div className="who panel">
      <Saved name={`${name}.json`} type="application/json" text={() => asJson([list])}>
        JSON, as a lists.json
      </Saved>
      <Saved name={`${name}.csv`} type="text/csv" text={() => asCsv(list)}>
        CSV
      </Saved>
      <Saved name={`${name}.txt`} type="text/plain" text={() => asText(list)}>
        Text
      </Saved>
      {list.units.length > 0 && (
        <ReportSaved {...{ dataset, name }} title={list.title} unitsOf={async () => list.units} />
      )}
      {tables && layers && list.units.length > 0 && (
        <>
          <span className="note">With what tables say of the units:</span>
          <UnitsSaved
            name={`${name}-units`}
            of="the units"
            rowsOf={(signal, told) => publishedRows(dataset, layers, list.units, signal, told)}
          />
        </>
      )}
    </div>
  );
}
