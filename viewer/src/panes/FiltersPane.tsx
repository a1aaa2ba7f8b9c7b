/** Which units are wanted: the filters there are, one in the making, and how many units are left. */
import { type ReactNode, useRef, useState } from "react";
import type { Measure } from "../columns";
import { FilterChips } from "../components/FilterChips";
import { FilterForm } from "../components/FilterForm";
import { type Condition, type Exploring, isFiltered, UNFILTERED, withCondition } from "../explore";

type Filters = Pick<Exploring, "where" | "layers" | "dead">;
type Props = {
  state: Exploring;
  onState: (change: Partial<Exploring>) => void;
  known: readonly Measure[];
  deaths: boolean; // whether there are units that never fire
  children: ReactNode; // how many are left
};

export function FiltersPane({ state, onState, known, deaths, children }: Props) {
  const [edited, setEdited] = useState<Condition | null>(null);
  const [cleared, setCleared] = useState<Filters | null>(null);
  const { where, layers, dead } = state;
  const filtered = isFiltered(state);
  const way = useRef<HTMLButtonElement>(null); // to no filters or back: the one button takes the other's place
  const go = (to: Filters) => {
    onState(to);
    setTimeout(() => way.current?.focus());
  };
  const clear = () => {
    setCleared({ where, layers, dead });
    go(UNFILTERED);
  };
  return (
    <section className="filters-pane" aria-label="Filters">
      <p className="lede" role="status">
        {children}
      </p>
      <FilterForm
        columns={known}
        edited={edited}
        onAdd={(one) => onState({ where: withCondition(where, one) })}
      />
      {(deaths || dead !== null) && (
        <select
          aria-label="Dead or not"
          value={String(dead)}
          onChange={({ target }) =>
            onState({ dead: target.value === "null" ? null : target.value === "true" })
          }
        >
          <option value="null">fires or not</option>
          <option value="false">fires</option>
          <option value="true">never fires</option>
        </select>
      )}
      <div className="chosen">
        {filtered && (
          <FilterChips filters={state} onChange={onState} onEdit={(one) => setEdited({ ...one })} />
        )}
        {filtered && (
          <button ref={way} type="button" onClick={clear}>
            Clear all
          </button>
        )}
        {!filtered && cleared && (
          <button ref={way} type="button" onClick={() => go(cleared)}>
            Undo
          </button>
        )}
      </div>
    </section>
  );
}
