/** Where in the model the selection is: a small plot of every layer. */
import { useMemo } from "react";
import { inSentence, read, spansPowers, tick, titleOf } from "../columns";
import { Choice } from "../components/Choice";
import { LayerStrips } from "../components/LayerStrips";
import { Pane } from "../components/Pane";
import { Loading } from "../components/States";
import { questionOf, STRIPS, toggled } from "../explore";
import { keptOrder } from "../ordering";
import { chosenOf, layeredOf } from "../overview";
import { MOST_ASKED } from "../questions";
import { placedAll } from "../scales";
import type { Later } from "./ExplorePane";

export function OverviewPane({ state, onState, known, values, selected, name }: Later) {
  const column = state.strips;
  const [layers, numbers] = [values.get("layer"), values.get(column)];
  const log = spansPowers(column);
  const wanted = selected !== null;
  const layered = useMemo(
    () =>
      wanted && layers && numbers
        ? layeredOf(layers, numbers, placedAll(numbers, log), keptOrder(numbers, false))
        : null,
    [wanted, layers, numbers, log],
  );
  const mask = selected?.anyLayer;
  const parts = useMemo(() => layered && mask && chosenOf(layered, mask), [layered, mask]);
  const many = `${name.toLowerCase()}s`;
  const offered = STRIPS.filter((name) => known.includes(name) || name === column);
  return (
    <Pane
      id="layers"
      title="Layers"
      ask={questionOf({ ...state, sort: column }, MOST_ASKED)}
      worked="A layer’s median and shares are of all its units’ values, and of those in the selection."
    >
      <p className="note">
        Each layer's {many} by {inSentence(column)}, in shares of the layer. The line is the median.
      </p>
      <div className="toolbar">
        <Choice
          legend="What is shown of each layer"
          options={offered.map((name) => [name, titleOf(name)] as const)}
          value={column}
          onChange={(strips) => onState({ strips })}
        />
      </div>
      {layered && parts ? (
        <LayerStrips
          {...{ layered, parts, log }}
          name={name.toLowerCase()}
          title={titleOf(column)}
          tick={(value) => tick(column, value)}
          read={(value) => read(column, value)}
          chosen={state.layers}
          onToggle={(layer) => onState({ layers: toggled(state.layers, layer) })}
        />
      ) : (
        <Loading lines={4} />
      )}
    </Pane>
  );
}
