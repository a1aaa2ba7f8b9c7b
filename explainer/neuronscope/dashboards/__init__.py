"""Views of units in a notebook, and reports in one HTML file. Loads no model library."""

from neuronscope.dashboards.heatmap import Heatmap, compare, token_heatmap, token_log_probs
from neuronscope.dashboards.offline import OfflineFeatureCentricDashboard, OfflineFeatureDashboard
from neuronscope.dashboards.online import OnlineFeatureCentricDashboard, OnlineFeatureDashboard
from neuronscope.dashboards.shapes import ShownUnit

__all__ = [
    "Heatmap",
    "OfflineFeatureCentricDashboard",
    "OfflineFeatureDashboard",
    "OnlineFeatureCentricDashboard",
    "OnlineFeatureDashboard",
    "ShownUnit",
    "compare",
    "token_heatmap",
    "token_log_probs",
]
