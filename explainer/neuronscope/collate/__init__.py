"""Text and a subject model in, a dataset out: what every unit responds to."""

from neuronscope.collate.engine import Progress, Step, Summary, collate
from neuronscope.collate.estimate import Estimate, estimate
from neuronscope.collate.job import Job, plan_job
from neuronscope.collate.options import CollateOptions, Sampling
from neuronscope.collate.sequences import Sequences, cut, open_sequences
from neuronscope.collate.spread import Spread
from neuronscope.collate.text import Document, check_files, file_digests, read_documents
from neuronscope.collate.threads import set_threads
from neuronscope.collate.tokens import tokenise
from neuronscope.collate.working import abandon, discard, is_unfinished

__all__ = [
    "CollateOptions",
    "Document",
    "Estimate",
    "Job",
    "Progress",
    "Sampling",
    "Sequences",
    "Spread",
    "Step",
    "Summary",
    "abandon",
    "check_files",
    "collate",
    "cut",
    "discard",
    "estimate",
    "file_digests",
    "is_unfinished",
    "open_sequences",
    "plan_job",
    "read_documents",
    "set_threads",
    "tokenise",
]
