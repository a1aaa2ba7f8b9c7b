"""Two datasets of the same text in; for each unit of one, the units of the other that act most like it, out."""

from neuronscope.match.matching import MatchSummary, match
from neuronscope.match.sides import Side, layer_pairs, open_side, refuse_other_text

__all__ = ["MatchSummary", "Side", "layer_pairs", "match", "open_side", "refuse_other_text"]
