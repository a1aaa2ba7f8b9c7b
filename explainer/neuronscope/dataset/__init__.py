"""Where a dataset lives and how its files are found, read, written and checked."""

from neuronscope.codec import dumps, loads
from neuronscope.dataset.change import Change, change_dataset
from neuronscope.dataset.dataset import Dataset
from neuronscope.dataset.layout import PUBLISHED_GPT2_SMALL, PUBLISHED_GPT2_XL
from neuronscope.dataset.manifest import Manifest
from neuronscope.dataset.opening import open_dataset
from neuronscope.dataset.stored import StoredFile
from neuronscope.dataset.writer import DatasetWriter

__all__ = [
    "PUBLISHED_GPT2_SMALL",
    "PUBLISHED_GPT2_XL",
    "Change",
    "Dataset",
    "DatasetWriter",
    "Manifest",
    "StoredFile",
    "change_dataset",
    "dumps",
    "loads",
    "open_dataset",
]
