/** The prompt as it was traced: what each token's units do to the metric, and what the model says where that is read. */
import { useMemo } from "react";
import type { Scale } from "../color";
import { GuessTable } from "../components/GuessTable";
import { Legend } from "../components/Legend";
import { Pane } from "../components/Pane";
import { Rows } from "../components/Rows";
import { TokenHeatmap } from "../components/TokenHeatmap";
import type { StoredTrace, TokenValues } from "../nouns";
import { END_OF_TURN } from "../prompt";
import { count, exact, named, short } from "../tokens";
import { effectWords } from "../traceNodes";
import { largest, tokenEffects } from "../traceSums";
import type { TraceShared } from "./TracePane";

const WORKED =
  "A token's number is the sum of its effects over all layers (completeness.layers, tokens), with the sign turned: above 0 it raises the metric.";

const METHODS = {
  patching: "attribution patching",
  integrated_gradients: "integrated gradients",
  exact: "measured one by one",
} as const;

export function TracedPane({ trace, ask, state, onState }: TraceShared) {
  const { report, prompt } = trace;
  const { position } = report.predictions;
  // What raises the metric has an effect below 0; it is drawn in orange, as all that is strong here.
  const record = useMemo<TokenValues>(
    () => ({ tokens: report.tokens, activations: tokenEffects(report).map((effect) => -effect || 0) }),
    [report],
  );
  const scale: Scale = {
    limit: largest(record.activations),
    end: "text",
    said: (value) => effectWords(-value || 0),
  };
  const read = report.tokens[position];
  return (
    <Pane id="traced" title="The prompt" ask={ask()} worked={WORKED}>
      <div className="trace-prompt">
        <div>
          <Legend
            {...{ scale }}
            negative
            own={null}
            about="Orange tokens raise the metric, blue ones lower it: all effects of a token, over all layers."
          />
          <ol className="records full">
            <li>
              <TokenHeatmap
                {...{ record, scale }}
                sign={1}
                context="full"
                breaks="broken"
                {...(position >= 0 && { mark: position })}
                label={`The prompt: ${prompt}; Enter or a click filters the nodes by a token`}
                onPick={(token) => onState({ token: token === state.token ? null : token, page: 0 })}
              />
            </li>
          </ol>
          <p className="note">
            Orange raises the metric, blue lowers it: all effects at a token, summed over layers.{" "}
            {read !== undefined && (
              <>
                Underlined: <code dir="auto">{named(read)}</code>, after which the metric is read.
              </>
            )}
          </p>
          <Rows className="trace-facts" rows={facts(trace)} />
          {report.note && <p className="note">{report.note}</p>}
        </div>
        <GuessTable {...report.predictions} />
      </div>
    </Pane>
  );
}

function facts({ prompt, asked, report }: StoredTrace) {
  const { metric, value, model, options, total, nodes } = report;
  const { baseline = "zero", baseline_text: other, method = "patching", layers } = options;
  const by = baseline === "text" ? `what it is in “${other}”` : baseline === "mean" ? "its mean" : "zero";
  return [
    { name: "Metric", value: metric },
    { name: "Its value", value: exact(value) },
    { name: "Model", value: model },
    ...(conversation(prompt, asked)
      ? [{ name: "Read as", value: "a conversation, by the model's chat template" }]
      : []),
    { name: "Effects by", value: METHODS[method] },
    { name: "Each node is replaced by", value: by },
    ...(layers ? [{ name: "Layers", value: layers.join(", ") }] : []),
    {
      name: "Nodes",
      value: `${count(nodes.length)} of ${count(total)}`,
      note: `the strongest; the weakest of them has an effect of ${short(Math.abs(nodes.at(-1)?.effect ?? 0))}`,
    },
  ];
}

const conversation = (prompt: string, asked: StoredTrace["asked"]): boolean =>
  Boolean(asked?.messages) || (prompt.includes(END_OF_TURN) && !asked?.plain);
