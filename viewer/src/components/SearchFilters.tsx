/** What is searched, how the words are read, which hits are left out, and what comes first. */
import type { ReactNode } from "react";
import { ORDERINGS, orderingOf } from "../found";
import type { Search } from "../search";
import { Choice } from "./Choice";

const PLACES = [
  ["both", "Everything"],
  ["explanations", "Explanations"],
  ["tokens", "Tokens"],
] as const;
const MODES = [
  ["words", "Words"],
  ["regex", "Regex"],
  ["meaning", "Meaning too"],
] as const;
const SCORES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

type Props = {
  search: Search;
  layers: readonly number[];
  modes: readonly Search["mode"][]; // that can be asked for
  onChange: (change: Partial<Search>) => void;
};

export function SearchFilters({ search, layers, modes, onChange }: Props) {
  const { where, mode, layer, minScore } = search;
  const offered = MODES.filter(([one]) => modes.includes(one) || one === mode);
  const by = (value: string) => {
    const [, , sort, order] = ORDERINGS.find(([one]) => one === value) ?? ORDERINGS[0];
    onChange({ sort, order });
  };
  return (
    <div className="filters">
      <Choice
        legend="What is searched"
        options={PLACES}
        value={where}
        onChange={(value) => onChange({ where: value })}
      />
      {offered.length > 1 && (
        <Select label="as" value={mode} onChange={(value) => onChange(modeOf(value))}>
          {offered.map(([value, label]) => (
            <Option key={value} {...{ value, label }} />
          ))}
        </Select>
      )}
      <Select label="in" value={layer ?? ""} onChange={(value) => onChange({ layer: numberOf(value) })}>
        <Option value="" label="all layers" />
        {withOwn(layers, layer).map((index) => (
          <Option key={index} value={index} label={`layer ${index}`} />
        ))}
      </Select>
      <Select
        label="with score"
        value={minScore ?? ""}
        onChange={(value) => onChange({ minScore: numberOf(value) })}
      >
        <Option value="" label="any" />
        {withOwn(SCORES, minScore).map((least) => (
          <Option key={least} value={least} label={`at least ${least}`} />
        ))}
      </Select>
      {mode !== "meaning" && (
        <Select label="first" value={orderingOf(search)} onChange={by}>
          {ORDERINGS.map(([value, label]) => (
            <Option key={value} {...{ value, label }} />
          ))}
        </Select>
      )}
    </div>
  );
}

/** Hits by meaning have one order. */
function modeOf(value: string): Partial<Search> {
  const [mode] = MODES.find(([one]) => one === value) ?? MODES[0];
  return mode === "meaning" ? { mode, sort: "relevance", order: null } : { mode };
}

const numberOf = (value: string): number | null => (value === "" ? null : Number(value));

/** A link may ask for a value that is not among those offered. */
const withOwn = (offered: readonly number[], own: number | null): number[] =>
  own === null || offered.includes(own)
    ? [...offered]
    : [...offered, own].toSorted((one, other) => one - other);

type SelectProps = {
  label: string;
  value: string | number;
  onChange: (value: string) => void;
  children: ReactNode;
};

const Select = ({ label, value, onChange, children }: SelectProps) => (
  <label>
    {label}{" "}
    <select value={value} onChange={(event) => onChange(event.target.value)}>
      {children}
    </select>
  </label>
);

const Option = ({ value, label }: { value: string | number; label: string }) => (
  <option value={value}>{label}</option>
);
