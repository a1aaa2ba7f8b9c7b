"""How well an explanation predicts a unit: scores with intervals, calibration, detection and fuzzing, the baseline."""

from neuronscope.explain.aggregate import SimulatedRecord, pairs_of, score_records
from neuronscope.explain.baseline import shuffled_partners
from neuronscope.explain.calibration import NotCalibrated, calibrate, fit
from neuronscope.explain.classification import score_answers
from neuronscope.explain.nouns import Answer, ClassificationScores, Pairs, Partner, SimulationScores
from neuronscope.explain.pairing import pair_up
from neuronscope.explain.scores import correlation_score, score_simulation
from neuronscope.records import Score

__all__ = [
    "Answer",
    "ClassificationScores",
    "NotCalibrated",
    "Pairs",
    "Partner",
    "Score",
    "SimulatedRecord",
    "SimulationScores",
    "calibrate",
    "correlation_score",
    "fit",
    "pair_up",
    "pairs_of",
    "score_answers",
    "score_records",
    "score_simulation",
    "shuffled_partners",
]
