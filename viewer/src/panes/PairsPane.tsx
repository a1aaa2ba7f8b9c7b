/** How alike each two of the compared units are: tokens, activity, direction, and the texts that both hold. */
import { useMemo } from "react";
import { isLive, manifestQuery, Problem } from "../api";
import { asksOf, type Side } from "../compare";
import { comparisonQuery } from "../comparing";
import { PairCard } from "../components/PairCard";
import { Pane } from "../components/Pane";
import { Empty, Failed, Loading } from "../components/States";
import { holds } from "../neighbours";
import type { NeuronRecord, Row } from "../nouns";
import { nearRow, type Overlap, overlapIn, overlapOf, overlapRow, sameTextsRow } from "../pairs";
import { type Asked, useQuery } from "../queries";
import { correlated, sameTexts } from "../sameTexts";
import { tokensByActivation } from "../unitParts";
import { plural } from "../words";
import { Records } from "./Records";
import { useEach } from "./useEach";

type Props = { sides: readonly Side[]; placed: boolean };

/** Two of the units, by their places, and what is known of them but for the texts. */
type Known = { first: number; second: number; overlap: Overlap; rows: readonly Row[] };

const CORRELATION =
  "“On the same texts” is the correlation of the two units’ activations over the tokens of all texts that both records " +
  "hold, without positions that are left out.";
const SHARED =
  "“Shared tokens” is how many of the tokens in either unit’s table of tokens by mean activation are in both.";
const WORKED = `${CORRELATION} The other numbers are in the comparison as they stand.`;
const WORKED_HERE =
  `${CORRELATION} ${SHARED} The others are in the published lists of the units most like each; of two units that are in ` +
  "neither list the page says what they cannot be above.";
const TOKENS = { kind: "related-tokens", by: "activation-based" } as const;
const SILENT = "the server does not compare units";

/** Units of one dataset, and what they have in common. */
export function PairsPane({ sides, placed }: Props) {
  const dataset = sides[0]?.dataset as Side["dataset"];
  const manifest = useQuery(manifestQuery(dataset)).data;
  const there = sides.flatMap((side, place) => (!manifest || holds(manifest.layers, side.at) ? [place] : []));
  const units = there.flatMap((place) => sides[place]?.at ?? []);
  const query = useQuery(comparisonQuery(dataset, units), !!manifest && units.length > 1);
  const asks = [{ kind: "compare" as const, units }, ...asksOf(sides, "record")];
  const missing = { value: null, reason: SILENT };
  const sequences = manifest?.corpus?.sequences;
  const over = sequences === undefined ? "" : `, over ${plural(sequences, "text")}`;
  const known = pairsOf(there).map(([first, second], pair): Known => {
    const found = query.data?.pairs[pair];
    return {
      first,
      second,
      overlap: found ? overlapIn(found) : { either: 0, tokens: [], reason: missing.reason },
      rows: [
        nearRow(
          "Active together",
          found?.coactivation ?? missing,
          `correlation of the largest activations per text${over}`,
        ),
        nearRow(
          "Decoder direction",
          found?.decoder_cosine ?? missing,
          "cosine of the two decoder directions",
        ),
      ],
    };
  });
  return (
    <Pane
      id="pairs"
      title="How alike"
      ask={units.length > 1 && asks}
      worked={isLive(dataset) ? WORKED : WORKED_HERE}
    >
      {there.length < 2 && <Empty>Fewer than two of them are in the dataset.</Empty>}
      <Refused query={query} />
      {query.isFetching && !query.data ? <Loading lines={4} /> : <Cards {...{ sides, placed, known }} />}
    </Pane>
  );
}

/** A failure is said with Retry; that a site answers no comparisons is said at the numbers. */
function Refused({ query: { error, refetch } }: { query: Asked<unknown> }) {
  if (!error || (error instanceof Problem && error.missing)) return null;
  return <Failed message={error.message} onRetry={refetch} />;
}

/** The same of one unit in two datasets: what no server can tell of both has a reason in its place. */
export function PairAcross({ sides, placed }: Props) {
  const asked = useEach(sides.map(({ dataset, at }) => tokensByActivation.query(dataset, at)));
  const [one = null, other = null] = asked.map(({ data }) => data?.tokens ?? null);
  const apart = { value: null, reason: "the two are in different datasets" };
  const rows = [nearRow("Active together", apart, ""), nearRow("Decoder direction", apart, "")];
  const waiting = asked.some(({ data, error }) => data === undefined && error === null);
  return (
    <Pane
      id="pairs"
      title="How alike"
      ask={[...sides.map(({ dataset, at }) => ({ ...TOKENS, dataset, at })), ...asksOf(sides, "record")]}
      worked={`${CORRELATION} ${SHARED}`}
    >
      {waiting ? (
        <Loading lines={4} />
      ) : (
        <Cards
          {...{ sides, placed }}
          known={[{ first: 0, second: 1, overlap: overlapOf(one, other), rows }]}
        />
      )}
    </Pane>
  );
}

const pairsOf = (places: readonly number[]): (readonly [number, number])[] =>
  places.flatMap((first, at) => places.slice(at + 1).map((second) => [first, second] as const));

function Cards({ sides, placed, known }: Props & { known: readonly Known[] }) {
  return (
    <Records sides={sides} lines={4}>
      {(records) => <Alike {...{ sides, placed, known, records }} />}
    </Records>
  );
}

type AlikeProps = Props & { known: readonly Known[]; records: readonly (NeuronRecord | undefined)[] };

function Alike({ sides, placed, known, records }: AlikeProps) {
  const found = useMemo(() => sameTexts(records, placed), [records, placed]);
  return (
    <div className="pairs">
      {known.map(({ first, second, overlap, rows }) => (
        <PairCard
          key={`${first} ${second}`}
          title={`${sides[first]?.name} and ${sides[second]?.name}`}
          rows={[sameTextsRow(correlated(found, first, second)), ...rows, overlapRow(overlap)]}
          tokens={overlap.tokens}
        />
      ))}
    </div>
  );
}
