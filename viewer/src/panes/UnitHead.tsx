/** The title of a unit's page with the ways on from it: previous, next, add to a list, copy link, and their keys. */
import { manifestQuery, recordQuery, unitQueries } from "../api";
import { CopyLink } from "../components/CopyLink";
import { useKeys } from "../keys";
import { layerStep, step } from "../neighbours";
import type { DatasetEntry, LayerInfo, UnitAddress } from "../nouns";
import { usePrefetch, useQuery } from "../queries";

type Props = {
  dataset: DatasetEntry;
  at: UnitAddress;
  name: string;
  hrefOf: (to: UnitAddress) => string;
  compareHref: string;
  onGo: (to: UnitAddress) => void;
  onAdd: () => void;
};

const NO_LAYERS: readonly LayerInfo[] = [];

export function UnitHead({ dataset, at, name, hrefOf, compareHref, onGo, onAdd }: Props) {
  const layers = useQuery(manifestQuery(dataset)).data?.layers ?? NO_LAYERS;
  const previous = step(layers, at, -1);
  const next = step(layers, at, 1);
  const here = useQuery(recordQuery(dataset, at)).data;
  usePrefetch(here ? [next, previous].flatMap((to) => (to ? unitQueries(dataset, to) : [])) : []);
  const go = (to: UnitAddress | null) => () => to && onGo(to);
  const way = { at, name: name.toLowerCase(), hrefOf };
  useKeys({
    j: [`Next ${way.name}`, go(next)],
    k: [`Previous ${way.name}`, go(previous)],
    "]": ["Same place in the next layer", go(layerStep(layers, at, 1))],
    "[": ["Same place in the previous layer", go(layerStep(layers, at, -1))],
    a: [`Add this ${way.name} to a list`, onAdd],
  });
  return (
    <header className="head">
      <h1 tabIndex={-1}>
        Layer {at.layer} <span>·</span> {name} {at.unit}
      </h1>
      <nav aria-label={`Other ${name.toLowerCase()}s`}>
        <Way {...way} to={previous} word="Previous" arrow="←" />
        <Way {...way} to={next} word="Next" arrow="→" />
        <a href={compareHref}>Compare with …</a>
        <button type="button" onClick={onAdd}>
          Add to a list
        </button>
        <CopyLink />
      </nav>
    </header>
  );
}

type WayProps = {
  to: UnitAddress | null;
  at: UnitAddress;
  name: string;
  hrefOf: (to: UnitAddress) => string;
  word: "Previous" | "Next";
  arrow: string;
};

function Way({ to, at, name, hrefOf, word, arrow }: WayProps) {
  if (!to) {
    const reason = `this is the ${word === "Next" ? "last" : "first"} ${name} of the dataset`;
    return (
      <span className="end" title={reason}>
        {word}
        <span className="hidden">: none, {reason}</span>
      </span>
    );
  }
  const where = to.layer === at.layer ? String(to.unit) : `${to.layer}:${to.unit}`;
  return (
    <a href={hrefOf(to)} title={`${word} ${name}: layer ${to.layer}, ${to.unit}`}>
      {word === "Previous" && `${arrow} `}
      <span className="hidden">{word}:</span> {where}
      {word === "Next" && ` ${arrow}`}
    </a>
  );
}
