/** Takes the units of another list into this one, each kept once. */
import { type FormEvent, useId, useState } from "react";
import type { Editing } from "../listActs";
import { withUnits } from "../lists";
import type { UnitList } from "../nouns";
import { peoplesListQuery } from "../served";
import { visible } from "../tokens";
import { plural } from "../words";
import type { OneProps } from "./OneList";
import { useAllLists } from "./useAllLists";

type Props = OneProps & { list: UnitList; editing: Editing; onClose: () => void };
type Other = { key: string; title: string; units: () => Promise<UnitList["units"]> };

export function MergeForm({ site, dataset, deeds, list, editing, onClose }: Props) {
  const id = useId();
  const others = useOthers({ site, dataset }, list);
  const [chosen, setChosen] = useState("");
  const other = others.find(({ key }) => key === chosen) ?? others[0];
  const merge = async (event: FormEvent) => {
    event.preventDefault();
    if (!other) return;
    const done = await deeds.act(async () => {
      const units = await other.units();
      let counts = { added: 0, already: 0 };
      const undo = await editing.change((now) => {
        const { list: more, ...counted } = withUnits(now, units);
        counts = counted;
        return more;
      });
      const kept = counts.already > 0 ? ` ${plural(counts.already, "duplicate")} kept once.` : "";
      return { said: `Added ${plural(counts.added, "unit")} of “${other.title}”.${kept}`, undo };
    });
    if (done) onClose();
  };
  if (!other) return <p className="panel note">There is no other list to merge into this one.</p>;
  return (
    <form className="panel" onSubmit={merge}>
      <label htmlFor={id}>Add the units of</label>
      <div className="who">
        <select id={id} value={other.key} onChange={({ target }) => setChosen(target.value)}>
          {others.map(({ key, title }) => (
            <option key={key} value={key}>
              {visible(title)}
            </option>
          ))}
        </select>
        <button type="submit" className="main">
          Merge
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
      <p className="note">The other list stays as it is.</p>
    </form>
  );
}

function useOthers({ site, dataset }: Pick<OneProps, "site" | "dataset">, list: UnitList): Other[] {
  const { own, shelf, served } = useAllLists(site, dataset);
  const inHand = (key: string, { title, units }: UnitList): Other => ({
    key,
    title,
    units: async () => units,
  });
  const kept = served.data?.lists ?? [];
  return [
    ...shelf.kept.filter((one) => one.list !== list).map((one) => inHand(one.id, one.list)),
    ...kept
      .filter(({ id }) => !("id" in list) || list.id !== id)
      .map(({ id, title }) => ({
        key: id,
        title: `${title} (on this site)`,
        units: async () => (await peoplesListQuery(dataset, id).ask(new AbortController().signal)).units,
      })),
    ...(own.data?.lists ?? []).map((one, place) => ({
      ...inHand(`own ${place}`, one),
      title: `${one.title} (the dataset’s)`,
    })),
  ];
}
