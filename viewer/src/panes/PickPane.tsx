/** Which units are compared: by number, from those related to the first one, or from a search. */
import { useRef, useState } from "react";
import { manifestQuery } from "../api";
import { MOST, nameOf, placed, refusal } from "../compare";
import { Fold } from "../components/Disclosure";
import { GoTo } from "../components/GoTo";
import { PickedUnits } from "../components/PickedUnits";
import type { Destination } from "../goto";
import { holds } from "../neighbours";
import type { DatasetEntry, UnitAddress } from "../nouns";
import { useQuery } from "../queries";
import { RelatedPicks } from "./RelatedPicks";
import { SearchPicks } from "./SearchPicks";

type Props = {
  dataset: DatasetEntry;
  units: readonly UnitAddress[];
  name: string;
  searched: boolean;
  hrefOf: (unit: UnitAddress) => string;
  onUnits: (units: readonly UnitAddress[]) => void;
  onGo: (to: Destination) => void; // what was written leads to another page
};

export function PickPane({ dataset, units, name, searched, hrefOf, onUnits, onGo }: Props) {
  const [replacing, setReplacing] = useState<number | null>(null);
  const [said, setSaid] = useState("");
  const [absent, setAbsent] = useState<UnitAddress | null>(null); // that was asked for
  const layers = useQuery(manifestQuery(dataset)).data?.layers;
  const isThere = (unit: UnitAddress) => !layers || holds(layers, unit);
  const missing = new Set(
    [...units, ...(absent ? [absent] : [])].filter((unit) => !isThere(unit)).map(nameOf),
  );
  const field = useRef<HTMLInputElement>(null);
  const lower = name.toLowerCase();
  const place = replacing !== null && replacing < units.length ? replacing : null;
  const action = place === null ? "Add" : "Replace by";
  const full = place === null && units.length >= MOST;
  const pick = (unit: UnitAddress) => {
    setAbsent(isThere(unit) ? null : unit);
    if (!isThere(unit)) return;
    if (units.length === 1) setTimeout(() => field.current?.focus()); // the related ones fold away
    onUnits(placed(units, unit, place));
    setReplacing(null);
    setSaid(`${nameOf(unit)} is compared.`);
  };
  const remove = (at: number) => {
    onUnits(units.filter((_, other) => other !== at));
    setReplacing(null);
    setSaid(`${units[at] ? nameOf(units[at]) : ""} is taken away.`);
    setTimeout(() => field.current?.focus()); // the button that did it is gone
  };
  const named = ({ dataset: other }: { dataset: string | null }) => other === null || other === dataset.name;
  const go = (to: Destination) => (to.page === "unit" && named(to) ? pick(to) : onGo(to));
  const picks = { dataset, units, name, action, onPick: full ? null : pick };
  return (
    <section className="pick" aria-labelledby="pick-title">
      <h2 className="hidden" id="pick-title">
        {name}s to compare
      </h2>
      {units.length > 0 && (
        <PickedUnits
          {...{ units, name, hrefOf, replacing: place }}
          onReplace={(at) => {
            setReplacing(at);
            if (at !== null) setTimeout(() => field.current?.focus());
          }}
          onRemove={remove}
        />
      )}
      <p role={units.length > MOST ? "alert" : undefined} className={units.length > MOST ? "doubt" : "note"}>
        {refusal(units, lower) ?? hint(units.length, place !== null, lower)}
      </p>
      {!full && <GoTo {...{ name, action, field }} onGo={go} />}
      {[...missing].map((unit) => (
        <p key={unit} role="alert" className="doubt">
          {dataset.title} has no {lower} {unit}.
        </p>
      ))}
      <div className="disclosures" hidden={units.length > MOST}>
        {units[0] && (
          <Fold
            key={`${nameOf(units[0])} ${units.length < 2}`}
            title={`${name}s related to ${nameOf(units[0])}`}
            first={units.length < 2}
          >
            <RelatedPicks {...picks} of={units[0]} />
          </Fold>
        )}
        {searched && (
          <Fold title={`Search for a ${lower}`}>
            <SearchPicks {...picks} />
          </Fold>
        )}
      </div>
      <p className="hidden" role="status">
        {said}
      </p>
    </section>
  );
}

function hint(amount: number, replacing: boolean, name: string): string {
  if (replacing) return `Which ${name} stands in its place?`;
  if (amount === 0) return `Name 2 to ${MOST} ${name}s to see them side by side.`;
  if (amount === 1) return `With which ${name}? Name one, or pick one that is related or found.`;
  return amount < MOST
    ? `Room for ${MOST - amount} more.`
    : `${MOST} are all that fit side by side: replace one, or take one away.`;
}
