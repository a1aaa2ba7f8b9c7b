"""The model looked at: loading it, where its units are, and what they do on a batch of token ids."""

from neuronscope.subject.activations import Stream, Visit, open_stream, read_activations
from neuronscope.subject.load import load_subject
from neuronscope.subject.model import Subject, SubjectInfo
from neuronscope.subject.opening import open_source
from neuronscope.subject.save import save_subject
from neuronscope.subject.source import Source, SparseActivations
from neuronscope.subject.tokens import Positions, decode, default_bos, encode, positions
from neuronscope.subject.tokentexts import token_texts

__all__ = [
    "Positions",
    "Source",
    "SparseActivations",
    "Stream",
    "Subject",
    "SubjectInfo",
    "Visit",
    "decode",
    "default_bos",
    "encode",
    "load_subject",
    "open_source",
    "open_stream",
    "positions",
    "read_activations",
    "save_subject",
    "token_texts",
]
