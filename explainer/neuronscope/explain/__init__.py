"""Units explained in words, the words simulated, and scores with intervals, calibration and baselines beside them."""

from neuronscope.dataset.runs import RunReport
from neuronscope.explain.aggregate import SimulatedRecord, pairs_of, score_records
from neuronscope.explain.baseline import shuffled_partners
from neuronscope.explain.calibration import NotCalibrated, calibrate, fit
from neuronscope.explain.classification import score_answers
from neuronscope.explain.explainers import (
    ContrastiveExplainer,
    PairsExplainer,
    PeakExplainer,
    TokenSpaceExplainer,
    make_explainer,
)
from neuronscope.explain.judgeitems import judge_items
from neuronscope.explain.judging import make_judge
from neuronscope.explain.library import (
    ExplanationNeuronSimulator,
    ExplanationTokenByTokenSimulator,
    LinearCalibratedNeuronSimulator,
    LogprobFreeExplanationTokenSimulator,
    PercentileMatchingCalibratedNeuronSimulator,
    SimulatorOf,
    TokenActivationPairExplainer,
    TokenSpaceRepresentationExplainer,
    UncalibratedNeuronSimulator,
    calculate_max_activation,
    make_explanation_simulator,
    simulate_and_score,
)
from neuronscope.explain.lookup import TokenLookupExplainer, lookup_simulator
from neuronscope.explain.material import NoMaterial, read_material
from neuronscope.explain.measuring import Scorers
from neuronscope.explain.nouns import Answer, ClassificationScores, Pairs, Partner, SimulationScores
from neuronscope.explain.options import ExplainOptions
from neuronscope.explain.pairing import pair_up
from neuronscope.explain.parts import UnitMaterial
from neuronscope.explain.planning import UnitRange
from neuronscope.explain.puzzledataset import write_puzzle_dataset
from neuronscope.explain.puzzlefile import Puzzle, load_puzzles
from neuronscope.explain.puzzles import SolvedPuzzle, mean_rank, solve_puzzles
from neuronscope.explain.run import RunModels, RunProgress, RunSettings, RunSummary, explain_units
from neuronscope.explain.scores import correlation_score, score_simulation
from neuronscope.explain.scoring import score_explanation, score_text
from neuronscope.explain.simulators import (
    AllAtOnceSimulator,
    OneAtATimeSimulator,
    StructuredSimulator,
    make_simulator,
)
from neuronscope.explain.templates import load_templates
from neuronscope.explain.unitscoring import Shuffled
from neuronscope.records import Score, ScoredText

__all__ = [
    "AllAtOnceSimulator",
    "Answer",
    "ClassificationScores",
    "ContrastiveExplainer",
    "ExplainOptions",
    "ExplanationNeuronSimulator",
    "ExplanationTokenByTokenSimulator",
    "LinearCalibratedNeuronSimulator",
    "LogprobFreeExplanationTokenSimulator",
    "NoMaterial",
    "NotCalibrated",
    "OneAtATimeSimulator",
    "Pairs",
    "PairsExplainer",
    "Partner",
    "PeakExplainer",
    "PercentileMatchingCalibratedNeuronSimulator",
    "Puzzle",
    "RunModels",
    "RunProgress",
    "RunReport",
    "RunSettings",
    "RunSummary",
    "Score",
    "ScoredText",
    "Scorers",
    "Shuffled",
    "SimulatedRecord",
    "SimulationScores",
    "SimulatorOf",
    "SolvedPuzzle",
    "StructuredSimulator",
    "TokenActivationPairExplainer",
    "TokenLookupExplainer",
    "TokenSpaceExplainer",
    "TokenSpaceRepresentationExplainer",
    "UncalibratedNeuronSimulator",
    "UnitMaterial",
    "UnitRange",
    "calculate_max_activation",
    "calibrate",
    "correlation_score",
    "explain_units",
    "fit",
    "judge_items",
    "load_puzzles",
    "load_templates",
    "lookup_simulator",
    "make_explainer",
    "make_explanation_simulator",
    "make_judge",
    "make_simulator",
    "mean_rank",
    "pair_up",
    "pairs_of",
    "read_material",
    "score_answers",
    "score_explanation",
    "score_records",
    "score_simulation",
    "score_text",
    "shuffled_partners",
    "simulate_and_score",
    "solve_puzzles",
    "write_puzzle_dataset",
]
