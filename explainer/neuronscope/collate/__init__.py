"""Text and a subject model in, a dataset out: what every unit responds to."""

from neuronscope.collate.engine import Progress, Summary, collate
from neuronscope.collate.options import CollateOptions, Sampling
from neuronscope.collate.sequences import Sequences, cut, tokenise
from neuronscope.collate.text import Document, check_files, read_documents

__all__ = [
    "CollateOptions",
    "Document",
    "Progress",
    "Sampling",
    "Sequences",
    "Summary",
    "check_files",
    "collate",
    "cut",
    "read_documents",
    "tokenise",
]
