"""Searching explanations and tokens: an index per dataset, built once, and what people add to it since."""

from neuronscope.dataset.search.additions import Additions
from neuronscope.dataset.search.answer import SearchAnswer, SearchHit, SearchRequest
from neuronscope.dataset.search.asking import search_dataset
from neuronscope.dataset.search.build import build_search_index, find_search_index
from neuronscope.dataset.search.encoder import Encoder, load_encoder
from neuronscope.dataset.search.index import SearchIndex
from neuronscope.dataset.search.meaning import Meaning
from neuronscope.dataset.search.searching import search, snapshot_of

__all__ = [
    "Additions",
    "Encoder",
    "Meaning",
    "SearchAnswer",
    "SearchHit",
    "SearchIndex",
    "SearchRequest",
    "build_search_index",
    "find_search_index",
    "load_encoder",
    "search",
    "search_dataset",
    "snapshot_of",
]
