/** Names for the shapes the server sends, taken from the generated description. */
import type { components } from "./types";

type Schemas = components["schemas"];

export type Site = Schemas["Site"];
export type DatasetEntry = Schemas["SiteDataset"];
export type Manifest = Schemas["Manifest"];
export type NeuronpediaIds = Schemas["NeuronpediaIds"];
export type LayerInfo = Schemas["LayerInfo"];
export type NeuronRecord = Schemas["NeuronRecord"];
export type ActivationRecord = Schemas["ActivationRecord"];
export type Statistics = Schemas["Statistics"];
export type GroupCount = Schemas["GroupCount"];
export type HistogramData = Schemas["Histogram"];
export type NeuronSimulationResults = Schemas["NeuronSimulationResults"];
export type ScoredExplanation = Schemas["ScoredExplanation"];
export type ScoredSimulation = Schemas["ScoredSimulation"];
export type ScoredSequence = Schemas["ScoredSequenceSimulation"];
export type Score = Schemas["Score"];
export type Provenance = Schemas["Provenance"];
export type TokensByActivation = Schemas["TokenLookupTableSummaryOfNeuron"];
export type TokensByWeight = Schemas["WeightBasedSummaryOfNeuron"];
export type TokensAndWeights = Schemas["TokensAndWeights"];
export type LogitTable = Schemas["LogitTable"];
export type RelatedNeurons = Schemas["RelatedNeurons"];
export type ConnectedNeurons = Schemas["ConnectedNeurons"];
export type Neighbours = Schemas["Neighbours"];
export type UnitGlance = Schemas["UnitGlance"];
export type UnitAnnotations = Schemas["UnitAnnotations"];
export type Written = Schemas["Written"];
export type Votes = Schemas["Votes"];
export type Vote = Votes["vote"];
export type GivenExplanation = Schemas["GivenExplanation"];
export type GivenText = Schemas["GivenText"];
export type Job = Schemas["Job"];
export type JobStarted = Schemas["JobStarted"];
export type UnitLists = Schemas["Lists"];
export type UnitList = Schemas["UnitList"];
export type ListedUnit = Schemas["ListedUnit"];
export type PeoplesLists = Schemas["PeoplesLists"];
export type KeptList = Schemas["KeptList"];
export type UnitTable = Schemas["UnitTable"];
export type UnitRow = Schemas["UnitRow"];
export type UnitColumns = Schemas["UnitColumns"];
export type SearchAnswer = Schemas["SearchAnswer"];
export type SearchHit = Schemas["SearchHit"];
export type ComparedUnits = Schemas["Comparison"];
export type ComparedPair = Schemas["ComparedPair"];
export type LayerMatches = Schemas["LayerMatches"];
export type UnitMatch = Schemas["UnitMatch"];

export type SiteModel = Schemas["SiteModel"];
export type ModelCard = Schemas["Card"];
export type LiveSource = Schemas["LiveSource"];
export type UnitPlace = Schemas["UnitPlace"];
export type LiveActivations = Schemas["Activations"];
export type LiveUnit = Schemas["LiveUnit"];
export type TopUnits = Schemas["TopUnits"];
export type StrongUnit = Schemas["StrongUnit"];
export type Predictions = Schemas["Predictions"];
export type Predicted = Schemas["Predicted"];
export type Expected = Schemas["Expected"];
export type Alternative = Schemas["Alternative"];
export type Answered = Schemas["Answered"];
export type SpliceCost = Schemas["Cost"];
export type Message = Schemas["Message"];
export type Intervention = Schemas["Intervention"];
export type Splice = Schemas["Splice"];
export type GenerationStep = Schemas["Step"];
export type Generated = Schemas["Generated"];
export type Generation = Schemas["Generation"];
export type GivenActivations = Schemas["GivenActivations"];
export type GivenTopUnits = Schemas["GivenTopUnits"];
export type GivenPredictions = Schemas["GivenPredictions"];
export type GivenGeneration = Schemas["GivenGeneration"];

export type StoredPuzzle = Schemas["StoredPuzzle"];
export type PuzzleResults = Schemas["PuzzleResults"];
export type PuzzleRun = Schemas["PuzzleRun"];
export type PuzzleAnswer = Schemas["PuzzleAnswer"];
export type Picked = Schemas["Picked"];
export type Reports = Schemas["Reports"];
export type RunGlance = Schemas["RunGlance"];
export type RunReport = Schemas["RunReport"];
export type Scores = Schemas["Scores"];
export type LayerScores = Schemas["LayerScores"];
export type ExplainerScores = Schemas["ExplainerScores"];

export type TraceEntries = Schemas["TraceEntries"];
export type TraceEntry = Schemas["TraceEntry"];
export type StoredTrace = Schemas["StoredTrace"];
export type TraceReport = Schemas["TraceReport"];
export type TraceOptions = Schemas["TraceOptions"];
export type TraceNode = Schemas["Node"];
export type NodeKind = TraceNode["kind"];
export type PromptsReport = Schemas["PromptsReport"];
export type MeanNode = Schemas["MeanNode"];
/** What says which unit a node is, of one prompt or of several. */
export type NodeUnit = Pick<TraceNode, "source" | "layer" | "unit" | "kind">;
export type LayerSum = Schemas["LayerSum"];
export type Foretold = Schemas["Foretold"];
export type Guess = Schemas["Guess"];
export type Verified = Schemas["Verified"];
export type VerifiedNode = Schemas["VerifiedNode"];
export type GivenTrace = Schemas["GivenTrace"];
export type TraceJob = Schemas["TraceJob"];

/** A text with a number per token, real or simulated; null where no number could be read. */
export type TokenValues = {
  tokens: string[];
  activations: (number | null)[];
  ignored?: number[] | null;
  /** What else is said of each token; null: nothing. */
  tips?: readonly (string | null)[] | null;
};

/** One unit's place; both indices count from 0. */
export type UnitAddress = { layer: number; unit: number };

/** A name, its value in words, and what that means. */
export type Row = { name: string; value: string; note?: string };
