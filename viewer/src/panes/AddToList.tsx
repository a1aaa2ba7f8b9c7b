/** Adds units to a list: a dialog to pick or make one, and then, on the page, into which they went, with Undo. */
import "../styles/said.css";
import { useState } from "react";
import { siteQuery } from "../api";
import { matching } from "../choices";
import { ChoiceDialog, type Option } from "../components/ChoiceDialog";
import { Said } from "../components/Said";
import { type Deed, useDeeds } from "../deeds";
import { keep, kept } from "../keeping";
import { addUnits, type Home, keepNew } from "../listActs";
import { holding, newList } from "../lists";
import type { DatasetEntry, UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import { placeOf, plural } from "../words";
import { useAllLists } from "./useAllLists";

type Props = {
  dataset: DatasetEntry;
  name: string;
  units: readonly UnitAddress[]; // none: the dialog is closed
  listHref: (id: string) => string;
  onClose: () => void;
};

export function AddToList({ dataset, name, units, listHref, onClose }: Props) {
  const deeds = useDeeds();
  const what = units.length === 1 && units[0] ? placeOf(units[0]) : plural(units.length, name.toLowerCase());
  const done = (home: Home, id: string, title: string, more: Partial<Deed>): Deed => {
    keep("list", lastName(dataset, home, id));
    return { said: `Added ${what} to “${title}”.`, href: listHref(id), link: "Open it", ...more };
  };
  const add = (home: Home, id: string) =>
    deeds.act(async () => {
      const { undo, title, added, already } = await addUnits(dataset, home, id, units);
      const some = `Added ${added} of ${what} to “${title}”; ${already} were in it already.`;
      return done(home, id, title, { undo, ...(already > 0 && { said: some }) });
    });
  const make = (home: Home, title: string) =>
    deeds.act(async () => {
      const { ids, undo } = await keepNew(dataset, home, [newList(title, units)]);
      return done(home, ids[0] ?? "", title, { undo });
    });
  return (
    <>
      {units.length > 0 && <Picking {...{ dataset, units, what, add, make, onClose }} />}
      <Said {...{ deeds }} floating />
    </>
  );
}

const lastName = ({ name }: DatasetEntry, home: Home, id: string) => `${name} ${home} ${id}`;

type PickingProps = {
  dataset: DatasetEntry;
  units: readonly UnitAddress[];
  what: string;
  add: (home: Home, id: string) => void;
  make: (home: Home, title: string) => void;
  onClose: () => void;
};

type Pick = Option & { run: () => void };

function Picking({ dataset, units, what, add, make, onClose }: PickingProps) {
  const site = useQuery(siteQuery()).data;
  const [text, setText] = useState("");
  const { picks, said } = usePicks(dataset, site?.writing === true, units, add);
  const title = text.trim();
  const homes: readonly Home[] = site?.writing ? ["browser", "site"] : ["browser"];
  const made: Pick[] = homes.map((home) => ({
    id: `new-${home}`,
    title: `New list “${title}”`,
    ...(site?.writing && { note: home === "site" ? "on this site" : "in this browser" }),
    run: () => make(home, title),
  }));
  const groups = [
    { title: "Lists", options: matching(picks, text) },
    { title: "Make one", options: title ? made : [] },
  ];
  const all = groups.flatMap(({ options }) => options);
  return (
    <ChoiceDialog
      label={`Add ${what} to a list`}
      placeholder="A list, or the title of a new one"
      {...{ text, groups, onClose }}
      onText={setText}
      said={
        said ||
        (all.length > 0 ? plural(all.length, "choice") : "There is no list yet: type a title for the first.")
      }
      onChoose={(id) => all.find((pick) => pick.id === id)?.run()}
    />
  );
}

/** One's own lists, the last one first, with those marked that have the units. */
function usePicks(
  dataset: DatasetEntry,
  writing: boolean,
  units: readonly UnitAddress[],
  add: (home: Home, id: string) => void,
) {
  const site = useQuery(siteQuery()).data;
  const [one, ...others] = units;
  const { shelf, served } = useAllLists(site, dataset, others.length === 0 ? one : undefined);
  const pick = (home: Home, id: string, title: string, holds: boolean): Pick => ({
    id: `${home}-${id}`,
    title,
    ...(writing && { note: home === "site" ? "on this site" : "in this browser" }),
    ...(holds && { mark: "is in it" }),
    run: () => add(home, id),
  });
  const picks = [
    ...shelf.kept.map(({ id, list }) =>
      pick(
        "browser",
        id,
        list.title,
        units.every((at) => holding(list, at)),
      ),
    ),
    ...(served.data?.lists ?? [])
      .filter(({ own }) => own)
      .map(({ id, title, holds }) => pick("site", id, title, !!holds)),
  ];
  const last = kept("list");
  const isLast = ({ id }: Pick) => last === `${dataset.name} ${id.replace("-", " ")}`;
  const said = shelf.fault ?? served.error?.message ?? "";
  return { picks: picks.toSorted((a, b) => Number(isLast(b)) - Number(isLast(a))), said };
}
