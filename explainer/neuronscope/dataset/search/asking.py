"""One search of one dataset, wherever it is: by the index on this machine, or by the Neuronscope that serves it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from urllib.parse import urlencode

from neuronscope import codec
from neuronscope.dataset.dataset import Dataset
from neuronscope.dataset.localcache import cache_folder, cache_home
from neuronscope.dataset.search.answer import SearchAnswer, SearchRequest
from neuronscope.dataset.search.build import build_search_index, find_search_index
from neuronscope.dataset.search.encoder import Encoder
from neuronscope.dataset.search.index import SearchIndex
from neuronscope.dataset.search.meaning import Meaning
from neuronscope.dataset.search.searching import search
from neuronscope.errors import BadInput

_SERVED = re.compile(r"https?://.*/api/datasets/[a-z0-9][a-z0-9._-]*")


def search_dataset(
    dataset: Dataset,
    request: SearchRequest,
    *,
    encoder: Encoder | None = None,
    environ: Mapping[str, str] = os.environ,
    building: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> SearchAnswer:
    """What the search finds. The index is kept in the cache folder of this machine; that of a folder is built where
    there is none, inside ``building``. At the address of a running Neuronscope without one here, that is asked.

    :raises BadInput: a query that cannot be read, or a dataset on another machine without an index and without a
        Neuronscope, which would be a request for every unit.
    :raises StorageFailed: the disk or the network failed.
    """
    folder = cache_folder(cache_home(environ), dataset.root)
    found = find_search_index(dataset, folder)
    if found is None and encoder is None and _SERVED.fullmatch(dataset.root):
        return _asked(dataset, request)
    if found is None and not dataset.store.local:
        raise BadInput(f"{dataset.root} has no search index on this machine. Run: neuronscope index {dataset.root}")
    if found is None:
        with building():
            found = build_search_index(dataset, folder)
    return _searched(found, folder, request, encoder)


def _searched(found: Path, folder: Path, request: SearchRequest, encoder: Encoder | None) -> SearchAnswer:
    index = SearchIndex(found)
    return search(index, request) if encoder is None else Meaning(index, encoder, folder).search(request)


def _asked(dataset: Dataset, request: SearchRequest) -> SearchAnswer:
    data = dataset.store.read(f"search?{urlencode(_query(request))}")
    if data is None:
        raise BadInput(f"{dataset.root} is not searched there. Run: neuronscope index {dataset.root}")
    return codec.loads(data, SearchAnswer)


def _query(request: SearchRequest) -> dict[str, str]:
    """As the address of a search has it; what is None is left out."""
    given: dict[str, object] = {"q": request.text, "in": ",".join(request.where), "mode": request.mode}
    given |= {"layer": request.layer, "min_score": request.min_score}
    given |= {"sort": request.sort, "order": request.order, "limit": request.limit}
    return {name: _written(value) for name, value in given.items() if value is not None}


def _written(value: object) -> str:
    """Decimals without an exponent, which the address of a search has not."""
    return f"{value:.18f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
