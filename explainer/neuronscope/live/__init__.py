"""One text through a subject: activations, strongest units, predictions, generation; as it is, or changed."""

from neuronscope.live.answers import (
    Activations,
    Card,
    Generated,
    Generation,
    Predictions,
    Step,
    Tokenised,
    TopUnits,
)
from neuronscope.live.asks import (
    AskActivations,
    AskGeneration,
    AskPredictions,
    AskTopUnits,
    Intervention,
    Prompt,
    Splice,
    UnitPlace,
)
from neuronscope.live.live import Live

__all__ = [
    "Activations",
    "AskActivations",
    "AskGeneration",
    "AskPredictions",
    "AskTopUnits",
    "Card",
    "Generated",
    "Generation",
    "Intervention",
    "Live",
    "Predictions",
    "Prompt",
    "Splice",
    "Step",
    "Tokenised",
    "TopUnits",
    "UnitPlace",
]
