/** All that a dashboard shows of one unit, as the viewer's page of a unit does. */

import type { Scale } from "../color";
import { Activations } from "../components/Activations";
import { Explanations } from "../components/Explanations";
import { Histogram } from "../components/Histogram";
import { Pane } from "../components/Pane";
import { RelatedTokens } from "../components/RelatedTokens";
import { Rows } from "../components/Rows";
import { Empty } from "../components/States";
import { StatList } from "../components/StatList";
import type { LogitTable, Manifest, NeuronRecord } from "../nouns";
import { madeRows, qualityRows } from "../quality";
import { byActivation, byLogit, byWeight, foldedOf, momentsOf } from "../related";
import type { Head, ShownUnit } from "../shown";
import type { Change, UnitView } from "../view";

type Props = { unit: ShownUnit; head: Head; common: Scale | null; view: UnitView; onView: Change };

export function ShownPanes({ unit, head, common, view, onView }: Props) {
  const { record, explanations } = unit;
  const related = unit.tokens_by_activation || unit.tokens_by_weight || unit.logits;
  return (
    <>
      {explanations && <ExplanationPane {...{ explanations, record, view, onView }} />}
      <div className={related ? "columns" : "columns alone"}>
        <Pane id="activations" title="Activations">
          <Activations {...{ record, common, view, onView }} />
        </Pane>
        {related && (
          <div className="rail">
            <TokensPane unit={unit} />
            {unit.logits && <LogitsPane found={unit.logits} />}
          </div>
        )}
        <div className="below">
          {isMeasured(record) && (
            <Pane id="statistics" title="Statistics">
              <StatList record={record} />
            </Pane>
          )}
          {head.provenance && <MadePane unit={unit} made={head.provenance} />}
        </div>
      </div>
    </>
  );
}

/** Whether anything is known over more than the texts that are shown. */
const isMeasured = ({ statistics, mean, variance, skewness, kurtosis }: NeuronRecord): boolean =>
  !!statistics || [mean, variance, skewness, kurtosis].some((moment) => moment != null);

type ExplanationProps = Pick<Props, "view" | "onView"> &
  Pick<ShownUnit, "record"> & { explanations: NonNullable<ShownUnit["explanations"]> };

const ExplanationPane = ({ explanations, record, view, onView }: ExplanationProps) => (
  <Pane id="explanation" title="Explanation">
    {explanations.length > 0 ? (
      <Explanations {...{ explanations, unit: record, view, onView }} />
    ) : (
      <Empty>This unit has not been explained in words.</Empty>
    )}
  </Pane>
);

function TokensPane({
  unit: { tokens_by_activation: active, tokens_by_weight: weighted, logits },
}: {
  unit: ShownUnit;
}) {
  if (!active && !weighted) return null;
  return (
    <Pane id="related-tokens" title="Related tokens">
      {active && <RelatedTokens relation={byActivation(active)} />}
      {weighted &&
        byWeight(weighted, "unit", !!logits).map((relation) => (
          <RelatedTokens key={relation.title} relation={relation} />
        ))}
      {weighted && <p className="note">{foldedOf(weighted.folded)}</p>}
    </Pane>
  );
}

const LogitsPane = ({ found }: { found: LogitTable }) => (
  <Pane id="logits" title="Output logits">
    <RelatedTokens relation={byLogit(found)} />
    <p className="note">
      {momentsOf(found)} {foldedOf(found.folded)}
    </p>
    {found.histogram && <Histogram data={found.histogram} of="Tokens by strength" />}
  </Pane>
);

function MadePane({ unit, made }: { unit: ShownUnit; made: NonNullable<Head["provenance"]> }) {
  const its: Manifest = { ...made, layers: [] };
  return (
    <Pane id="provenance" title="How it was made">
      {its.notes?.map((note) => (
        <p key={note} className="note">
          {note}
        </p>
      ))}
      <Rows className="stats made" rows={madeRows(its)} />
      <h3>What is not there</h3>
      <Rows className="stats" rows={qualityRows(its, unit.record, unit.explanations ?? [])} />
    </Pane>
  );
}
