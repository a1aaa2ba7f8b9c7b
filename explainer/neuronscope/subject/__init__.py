"""The model looked at: loading it, where its units are, and what they do on a batch of token ids."""

from neuronscope.subject.activations import read_activations, stream_activations
from neuronscope.subject.load import load_subject
from neuronscope.subject.model import Subject, SubjectInfo
from neuronscope.subject.save import save_subject
from neuronscope.subject.tokens import Positions, decode, default_bos, encode, positions

__all__ = [
    "Positions",
    "Subject",
    "SubjectInfo",
    "decode",
    "default_bos",
    "encode",
    "load_subject",
    "positions",
    "read_activations",
    "save_subject",
    "stream_activations",
]
