"""Search by meaning: an index's explanations as vectors, and a text in; those that mean something alike out.

What is near in meaning is blended with what has the words, by the sum of reciprocal ranks: a hit that both find comes
first, and neither's numbers need to be comparable.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from neuronscope.dataset.newfile import NewFile
from neuronscope.dataset.search.additions import Additions
from neuronscope.dataset.search.answer import AuthorCount, SearchAnswer, SearchHit, SearchRequest
from neuronscope.dataset.search.encoder import Encoder
from neuronscope.dataset.search.index import SearchIndex
from neuronscope.dataset.search.searching import plain_hits, search
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LOOKED_AT = 200  # hits of each kind that are blended
_SMOOTHING = 60  # of reciprocal ranks: Cormack, Clarke and Büttcher, "Reciprocal rank fusion", 2009
_LEAST = 0.25  # cosine: below it two texts have hardly anything to do with each other
_AT_A_TIME = 4096  # explanations that are encoded together


class Meaning:
    """The vectors of one index. Any thread may call any method."""

    def __init__(self, index: SearchIndex, encoder: Encoder, folder: Path) -> None:
        """``folder`` is the index's own; vectors are made there once for each model.

        :raises StorageFailed: the disk is full or failed.
        """
        import numpy as np

        path = folder / f"meaning-{encoder.digest}.npz"
        if not path.exists():
            _write(path, index, encoder)
        with np.load(path) as stored:
            self._vectors: NDArray[np.float16] = stored["vectors"]
            self._rows: NDArray[np.int64] = stored["rows"]
            self._layers: NDArray[np.int64] = stored["layers"]
            self._scores: NDArray[np.float32] = stored["scores"]
        self._index = index
        self._encoder = encoder

    def search(self, request: SearchRequest, additions: Additions | None = None) -> SearchAnswer:
        """What means something alike and what has the words, blended; one page, and counts of what was looked at.

        :raises BadInput: nothing to look for, or an order other than relevance.
        """
        if not request.text.strip():
            raise BadInput("Search by meaning needs some words.")
        if request.sort != "relevance":
            raise BadInput("Hits by meaning come by relevance: leave out sort.")
        asked = replace(request, mode="words", limit=LOOKED_AT)
        by_words = search(self._index, asked, additions=additions)
        near = self._near(request) if "explanations" in request.where else []
        blended = _blend([by_words.hits, near])
        authors = Counter(hit.author for hit in blended if hit.matched == "explanations")
        return SearchAnswer(
            total=len(blended),
            explanations=authors.total(),
            tokens=len(blended) - authors.total(),
            by_author=[AuthorCount(author, count) for author, count in authors.most_common()],
            by_others=0,
            hits=blended[: request.limit],
            snapshot=by_words.snapshot,
            cursor=None,
        )

    def _near(self, request: SearchRequest) -> list[SearchHit]:
        import numpy as np

        wanted = np.ones(len(self._rows), np.bool_)
        if request.layer is not None:
            wanted &= self._layers == request.layer
        if request.min_score is not None:
            wanted &= self._scores >= request.min_score
        places = np.flatnonzero(wanted)
        asked = self._encoder.encode([request.text])[0]
        alike = self._vectors[places].astype(np.float32) @ asked
        best = np.argsort(-alike, kind="stable")[:LOOKED_AT]
        best = best[alike[best] > _LEAST]
        return plain_hits(self._index.at_rows(self._rows[places[best]].tolist()))


def _write(path: Path, index: SearchIndex, encoder: Encoder) -> None:
    import numpy as np

    rows, layers, scores, vectors = [], [], [], []
    texts: list[str] = []
    for row, entry in index.explained():
        rows.append(row)
        layers.append(entry.layer)
        scores.append(np.nan if entry.score is None else entry.score)
        texts.append(entry.text)
        if len(texts) == _AT_A_TIME:
            vectors.append(encoder.encode(texts).astype(np.float16))
            texts = []
    vectors.append(encoder.encode(texts or [""]).astype(np.float16)[: len(texts)])
    data = io.BytesIO()
    np.savez(
        data,
        rows=np.array(rows, np.int64),
        layers=np.array(layers, np.int64),
        scores=np.array(scores, np.float32),
        vectors=np.concatenate(vectors),
    )
    with NewFile(path) as file:
        file.write(data.getbuffer())


def _blend(lists: Sequence[Sequence[SearchHit]]) -> list[SearchHit]:
    """By the sum of 1 / (60 + rank); the first list's form of a hit stays, since it says which words matched."""
    known: dict[tuple[int, int, str, int | None, str | None], SearchHit] = {}
    weights: Counter[tuple[int, int, str, int | None, str | None]] = Counter()
    for hits in lists:
        for rank, hit in enumerate(hits):
            key = (hit.layer, hit.unit, hit.matched, hit.number, hit.explanation)
            known.setdefault(key, hit)
            weights[key] += 1 / (_SMOOTHING + rank + 1)  # type: ignore[assignment]  # a Counter of shares
    ordered = sorted(known, key=lambda key: (-weights[key], key[0], key[1], key[2], -1 if key[3] is None else key[3]))
    return [known[key] for key in ordered]
