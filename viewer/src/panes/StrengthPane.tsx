/** The strongest units of a trace: how many of them count, where they are, and a list made of them. */
import { useDeferredValue, useMemo } from "react";
import { manifestQuery } from "../api";
import { Amount } from "../components/Amount";
import { LayerTokens } from "../components/LayerTokens";
import { Pane } from "../components/Pane";
import { Empty } from "../components/States";
import { MOST_UNITS } from "../lists";
import type { TraceNode } from "../nouns";
import { useQuery } from "../queries";
import { MOST_QUICK, quickListOf } from "../quickList";
import { count } from "../tokens";
import { MOST_COUNTED } from "../trace";
import { unitsOf } from "../traceNodes";
import { byLayerAndToken, strongest } from "../traceSums";
import { plural, unitName } from "../words";
import type { TraceShared } from "./TracePane";

const WORKED = "A bar is the sum of the effects of the units that count, of its layer and token.";

export function StrengthPane({
  dataset,
  trace: { report, prompt },
  ask,
  state,
  words,
  onState,
  onList,
}: TraceShared) {
  const { nodes, tokens } = report;
  const all = useMemo(() => strongest(nodes, MOST_COUNTED), [nodes]);
  const others = nodes.length - nodes.filter(({ kind }) => kind === "unit").length;
  const counted = useDeferredValue(Math.min(state.counted, all.length));
  const places = useMemo(() => all.slice(0, counted), [all, counted]);
  const rows = useMemo(() => byLayerAndToken(report, places), [report, places]);
  const ids = useQuery(manifestQuery(dataset)).data?.neuronpedia;
  const [units, quick] = useMemo(() => {
    const those = places.flatMap((place): TraceNode[] => (nodes[place] ? [nodes[place]] : []));
    const held = those.filter((node) => words.unit(node));
    const every = unitsOf(those, dataset.source);
    return [unitsOf(held, dataset.source), ids ? quickListOf(ids, every, prompt.slice(0, 60)) : null];
  }, [places, nodes, words, dataset.source, ids, prompt]);
  const name = unitName(dataset.source).toLowerCase();
  if (all.length === 0)
    return (
      <Pane id="strength" title="Where the strongest are">
        <Empty>None of the nodes that were kept is a unit.</Empty>
      </Pane>
    );
  return (
    <Pane id="strength" title="Where the strongest are" ask={ask()} worked={WORKED}>
      <Amount
        label="Units that count"
        value={state.counted}
        least={1}
        most={all.length}
        onChange={(now) => onState({ counted: now })}
      />
      <p className="note">
        A unit counts at each token by itself.{" "}
        {others > 0 &&
          `${plural(others, "node")} of those kept ${others === 1 ? "is no unit and is" : "are no units and are"} left out of it. `}
        {units.length === 0
          ? `None of these is a ${name} of this dataset, so no list can be made of them.`
          : `${plural(units.length, name)} of this dataset ${units.length === 1 ? "is" : "are"} among them${units.length > MOST_UNITS ? `; a list holds ${count(MOST_UNITS)}, so the strongest go into it` : ""}.`}{" "}
        {units.length > 0 && (
          <button type="button" onClick={() => onList(units.slice(0, MOST_UNITS))}>
            Make a list
          </button>
        )}
        {quick && (
          <>
            {" "}
            <a href={quick} rel="noreferrer">
              On Neuronpedia
            </a>{" "}
            (the first {MOST_QUICK} at most)
          </>
        )}
      </p>
      <LayerTokens {...{ rows, tokens }} />
    </Pane>
  );
}
