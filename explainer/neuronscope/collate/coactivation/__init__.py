"""Which units act together: figures of merit of all layers in, every unit's nearest others out."""

from neuronscope.collate.coactivation.files import neighbour_files
from neuronscope.collate.coactivation.nearest import Progress, coactivation, seconds_for
from neuronscope.collate.coactivation.table import Coactivation, FigureTable

__all__ = ["Coactivation", "FigureTable", "Progress", "coactivation", "neighbour_files", "seconds_for"]
