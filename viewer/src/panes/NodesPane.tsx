/** The nodes of a trace as a table: filtered, sorted, a page at a time. */
import { useMemo } from "react";
import { Choice } from "../components/Choice";
import { NodeTable } from "../components/NodeTable";
import { Pane } from "../components/Pane";
import { Empty } from "../components/States";
import type { NodeKind } from "../nouns";
import { layersIn } from "../strong";
import { count, named } from "../tokens";
import { FIRST_TRACING, KINDS, pinned, sortedBy } from "../trace";
import { isFiltered, tabled } from "../traceNodes";
import { plural } from "../words";
import type { TraceShared } from "./TracePane";
import { useTyped } from "./useTyped";

const PAGE = 25; // rows
const UNFILTERED = { layers: [], token: null, kind: null, words: "", page: 0 } as const;
const KIND_NAMES: Record<NodeKind, string> = { unit: "Units", error: "Errors", embedding: "Embeddings" };

export function NodesPane(props: TraceShared) {
  const { trace, ask, state, words, onState, unitHref } = props;
  const { nodes, total } = trace.report;
  const { layers, token, kind, words: said, sort, order } = state;
  const places = useMemo(
    () => tabled(nodes, { layers, token, kind, words: said, sort, order }, words.explanation),
    [nodes, layers, token, kind, said, sort, order, words],
  );
  const pages = Math.max(1, Math.ceil(places.length / PAGE));
  const page = Math.min(state.page, pages - 1);
  const rows = places.slice(page * PAGE, (page + 1) * PAGE);
  const turn = (to: number) => onState({ page: to });
  return (
    <Pane id="nodes" title="Nodes" ask={ask()}>
      <Filters {...props} />
      <p className="note" role="status">
        {isFiltered(state)
          ? `${count(places.length)} of the ${plural(nodes.length, "node")} that were kept, of ${count(total)} in all.`
          : `${plural(nodes.length, "node")} of ${count(total)}: those with the largest effects.`}
        {isFiltered(state) && (
          <>
            {" "}
            <button type="button" className="quiet" onClick={() => onState(UNFILTERED)}>
              Show all
            </button>
          </>
        )}
      </p>
      {rows.length === 0 ? (
        <Empty>No node is left by these filters.</Empty>
      ) : (
        <NodeTable
          {...{ nodes, rows }}
          pins={state.pins}
          sort={state.sort}
          order={state.order}
          explanationOf={words.offered ? words.explanation : null}
          hrefOf={(node) => {
            const at = words.unit(node);
            return at && unitHref(at);
          }}
          onSort={(by) => onState(sortedBy(state, by))}
          onPin={(place) => onState(pinned(state, place))}
        />
      )}
      {pages > 1 && (
        <nav className="pages" aria-label="Pages of the table">
          <button type="button" aria-disabled={page === 0} onClick={() => page > 0 && turn(page - 1)}>
            Before
          </button>
          <span className="note">
            Rows {count(page * PAGE + 1)} to {count(page * PAGE + rows.length)} of {count(places.length)}
          </span>
          <button
            type="button"
            aria-disabled={page === pages - 1}
            onClick={() => page < pages - 1 && turn(page + 1)}
          >
            After
          </button>
        </nav>
      )}
    </Pane>
  );
}

function Filters({ trace, state, words, onState }: TraceShared) {
  const { tokens, nodes } = trace.report;
  const kinds = useMemo(() => KINDS.filter((one) => nodes.some(({ kind }) => kind === one)), [nodes]);
  const typed = useTyped({ layers: state.layers.join(","), words: state.words }, (now) =>
    onState({ layers: layersIn(now.layers) ?? [], words: now.words, page: 0 }),
  );
  return (
    <div className="strong-filters">
      <label>
        Layers{" "}
        <input
          size={8}
          placeholder="all"
          value={typed.draft.layers}
          onChange={({ target }) => typed.write({ ...typed.draft, layers: target.value })}
          onKeyDown={({ key }) => key === "Enter" && typed.run()}
        />
      </label>
      <label>
        Token{" "}
        <select
          value={state.token ?? ""}
          onChange={({ target }) =>
            onState({ token: target.value === "" ? FIRST_TRACING.token : Number(target.value), page: 0 })
          }
        >
          <option value="">all</option>
          {tokens.map((token, position) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a token's place is its name
            <option key={position} value={position}>
              {position + 1}: {named(token)}
            </option>
          ))}
        </select>
      </label>
      {kinds.length > 1 && (
        <Choice<NodeKind | "all">
          legend="Which kind of node"
          options={[["all", "All"], ...kinds.map((kind) => [kind, KIND_NAMES[kind]] as const)]}
          value={state.kind ?? "all"}
          onChange={(kind) => onState({ kind: kind === "all" ? null : kind, page: 0 })}
        />
      )}
      {words.offered && (
        <label>
          Explained with{" "}
          <input
            size={14}
            placeholder="words"
            value={typed.draft.words}
            onChange={({ target }) => typed.write({ ...typed.draft, words: target.value })}
            onKeyDown={({ key }) => key === "Enter" && typed.run()}
          />
        </label>
      )}
    </div>
  );
}
