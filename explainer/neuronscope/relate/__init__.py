"""What the weights connect units to: related tokens, related units, and the logits that they raise and lower."""

from neuronscope.relate.options import RelateOptions
from neuronscope.relate.relating import Progress, RelateSummary, relate

__all__ = ["Progress", "RelateOptions", "RelateSummary", "relate"]
