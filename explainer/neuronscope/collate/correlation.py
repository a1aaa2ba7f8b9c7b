"""Which units act together: figures of merit of every unit in every sequence in; each unit's nearest others out.

Rows are brought to mean 0 and length 1, so that the product of two is their correlation. Products of all pairs are
taken in blocks, in bfloat16, which is fast and says for nearly every unit which few others can be nearest: the error of
each product has a bound. Those few are then worked out exactly. The matrix of all pairs is never held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.bits import bits_of
from neuronscope.dataset.newfile import disk

if TYPE_CHECKING:
    import torch

BLOCK = 2048  # rows whose products are taken at a time
_CANDIDATES = 48  # others that are remembered of each unit, at least; a multiple of those wanted
_ROUNDED = 2.0**-8  # a product in bfloat16 is off by less than this share of itself, sums in float32 included
_EXACT_ROUNDED = 1e-4  # the same of a product in float32, of a length of one
_WIDE = 256  # rows that are compared with all others at a time

Rows = NDArray[np.float32]  # [unit, sequence]: mean 0 and length 1, or all 0
Heard = Callable[[int, int], None]  # how many blocks of how many are done


@dataclass(frozen=True)
class Nearest:
    """Of each row the others with the largest correlations, largest first; equal ones by row."""

    rows: NDArray[np.int64]  # [row, place], -1 where there are no more
    pearson: NDArray[np.float64]  # [row, place]
    jaccard: NDArray[np.float64]  # [row, place]: of firing (a figure above 0); NaN where neither fires


def standardised(
    parts: Iterator[NDArray[np.float32]], path: Path, shape: tuple[int, int]
) -> tuple[Rows, NDArray[np.uint8]]:
    """Rows on disk as unit vectors, and which sequences each unit fires in, packed bits [unit, byte].

    :param parts: figures of merit, [unit, sequence], some units at a time.
    :param path: a new file; it takes 4 bytes per unit and sequence.
    :raises StorageFailed: the disk has no room for it.
    """
    units, sequences = shape
    with disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        rows: Rows = np.memmap(path, np.float32, "w+", shape=shape) if units else np.empty(shape, np.float32)
    fires, first = np.empty((units, -(-sequences // 8)), np.uint8), 0
    for part in parts:
        centred = part.astype(np.float64)
        centred -= centred.mean(axis=1, keepdims=True)
        length = np.linalg.norm(centred, axis=1, keepdims=True)
        varies = (part != part[:, :1]).any(axis=1, keepdims=True)
        rows[first : first + len(part)] = np.divide(centred, length, out=np.zeros_like(centred), where=varies)
        fires[first : first + len(part)] = np.packbits(part > 0, axis=1)
        first += len(part)
    return rows, fires


def nearest(rows: Rows, fires: NDArray[np.uint8], many: int, threads: int, heard: Heard | None = None) -> Nearest:
    """The ``many`` rows that correlate most with each; of one that never varies none.

    Whatever bfloat16 says, the choice is that of exact products: a row is left out only where the bound on its error
    shows that it cannot be among the nearest, and where that shows too little, all rows are looked at.
    """
    varies = np.flatnonzero(np.einsum("ij,ij->i", rows, rows) > 0.5) if len(rows) else np.empty(0, np.int64)
    found = Nearest(
        np.full((len(rows), many), -1, np.int64),
        np.zeros((len(rows), many)),
        np.full((len(rows), many), np.nan),
    )
    if len(varies) < 2 or not many:
        return found
    kept = min(len(varies) - 1, max(_CANDIDATES, 2 * many))
    values, others, slack = _candidates(rows, varies, kept, heard)

    def settle(some: Sequence[int]) -> None:
        least = values[:, min(many, kept) - 1] - slack
        open_still = [place for place in some if kept < len(varies) - 1 and values[place, -1] >= least[place]]
        wide = dict(zip(open_still, _all_that_may(rows, varies, open_still, many), strict=True))
        for place in some:
            picked = wide.get(place)
            _take(
                found, rows, varies, place, others[place][values[place] >= least[place]] if picked is None else picked
            )

    spans = np.array_split(np.arange(len(varies)), max(1, len(varies) // _WIDE))
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(settle, [span.tolist() for span in spans]))
    _add_jaccard(found, fires)
    return found


def _candidates(
    rows: Rows, varies: NDArray[np.int64], kept: int, heard: Heard | None
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float64]]:
    """Of each row that varies the ``kept`` others with the largest products in bfloat16, largest first, [row, place];
    and by how much the difference of two of its products may be wrong, [row]. Places are those within ``varies``."""
    from neuronscope.collate.kernels.pairs import keep_largest

    blocks = [varies[first : first + BLOCK] for first in range(0, len(varies), BLOCK)]
    values, others = np.full((len(varies), kept), -2, np.float32), np.full((len(varies), kept), -1, np.int64)
    off = np.zeros(len(varies))
    done, total = 0, len(blocks) * (len(blocks) + 1) // 2
    for i, block in enumerate(blocks):
        here, off[i * BLOCK : i * BLOCK + len(block)] = _in_bfloat16(rows, block)
        for j in range(i, len(blocks)):
            there = here if i == j else _in_bfloat16(rows, blocks[j])[0]
            keep_largest(bits_of(here @ there.T), i * BLOCK, j * BLOCK, values, others)
            done += 1
            if heard is not None:
                heard(done, total)
    slack = 2 * (off + off.max() + _ROUNDED * np.abs(values[:, 0]) + _EXACT_ROUNDED)
    return values, others, slack


def _in_bfloat16(rows: Rows, some: NDArray[np.int64]) -> tuple[torch.Tensor, NDArray[np.float64]]:
    """Some rows, and the length of what each loses: no product with a vector of length 1 is off by more."""
    import torch

    exact = torch.from_numpy(rows[some])
    rounded = exact.bfloat16()
    return rounded, (exact - rounded.float()).norm(dim=1).double().numpy()


def _all_that_may(rows: Rows, varies: NDArray[np.int64], places: Sequence[int], many: int) -> list[NDArray[np.int64]]:
    """For some rows the places of all that may be nearest to them, by products in float32."""
    if not places:
        return []
    own, picked = rows[varies[places]], []
    parts = [own @ rows[varies[first : first + BLOCK]].T for first in range(0, len(varies), BLOCK)]
    products = np.concatenate(parts, axis=1)
    products[np.arange(len(places)), places] = -2
    for row in products:
        least = np.partition(row, -many)[-many] if len(row) > many else -2
        picked.append(np.flatnonzero(row >= max(least - 2 * _EXACT_ROUNDED, -1.5)))
    return picked


def _take(found: Nearest, rows: Rows, varies: NDArray[np.int64], place: int, picked: NDArray[np.int64]) -> None:
    """Put the nearest of ``picked`` where they belong, by exact products."""
    picked = np.sort(picked[picked >= 0])
    row, many = varies[place], found.rows.shape[1]
    # einsum sums in one fixed order, which a matrix product need not.
    exact = np.einsum("ij,j->i", rows[varies[picked]].astype(np.float64), rows[row].astype(np.float64))
    order = np.argsort(-exact, kind="stable")[:many]
    found.rows[row, : len(order)] = varies[picked[order]]
    found.pearson[row, : len(order)] = exact[order]


def _add_jaccard(found: Nearest, fires: NDArray[np.uint8]) -> None:
    counts = np.array([[bin(byte).count("1") for byte in range(256)]], np.uint8)[0]
    for first in range(0, len(fires), _WIDE):
        span = slice(first, first + _WIDE)
        own, others = fires[span, None], fires[np.maximum(found.rows[span], 0)]
        both = counts[own & others].sum(axis=2, dtype=np.int64)
        either = counts[own | others].sum(axis=2, dtype=np.int64)
        there = (found.rows[span] >= 0) & (either > 0)
        found.jaccard[span] = np.divide(both, either, out=np.full(both.shape, np.nan), where=there)
