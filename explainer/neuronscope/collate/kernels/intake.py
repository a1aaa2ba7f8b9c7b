"""A batch of one layer's activations in: counted, figures of merit in the table, and the rows that may be chosen kept.

Units are taken a few at a time through all of the batch's sequences, so that what is read once from the memory is still
in the processor's cache for whatever is done with it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.kernels.bytoken import Table, add_by_token
from neuronscope.collate.kernels.compiling import kernel
from neuronscope.collate.kernels.keep import Sizes, State, Stock, admit
from neuronscope.collate.kernels.lanes import LANES, U_LANES, bits_of
from neuronscope.collate.kernels.reduce import (
    Counts,
    begin_block,
    end_block,
    extremes,
    reduce_tile,
    room_for,
    set_pivots,
)
from neuronscope.collate.kernels.wanted import Draws, Floats, Floors, look, new_glance

Bits = NDArray[Any]
Kept = tuple[Sizes, Draws, Floors, State, Stock]
# Counted positions of the batch by the row of a table that they are added to (``followed.py``), and the table.
ByToken = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], Table]


@kernel
def take_in(
    values: Bits,
    span: tuple[int, int],
    first: int,
    begins: bool,
    counts: Counts,
    by_token: ByToken,
    figures: Bits,
    kept: Kept,
    rows: Bits,
) -> bool:
    """Take in one batch; false where an activation is not finite.

    :param values: bits [sequence, position, unit], one after the other in memory.
    :param span: the first recorded position, and the first counted one.
    :param first: which sequence of the corpus is the batch's first.
    :param begins: whether it is the shard's first.
    :param figures: bits [2, unit, sequence]: largest and smallest activations, written.
    :param rows: bits [row, recorded position], where rows are kept.
    """
    sizes, draws, floors, state, stock = kept
    sequences, positions, units = values.shape
    recorded, counted = span
    room, glance = room_for(values), new_glance()
    high, low, kinds, wanted, _ = glance
    ends = draws[3]
    gathered, size = np.empty(positions, values.dtype), (positions - recorded) * LANES
    laid = _lay_out(values, recorded)
    flat_rows, where = rows.reshape(-1), np.empty(LANES, np.int64)
    order, starts, token_rows, table = by_token
    items = _items(order, positions - recorded, positions - counted)
    for block in range((units + LANES - 1) // LANES):
        unit = block * LANES
        width = min(LANES, units - unit)
        begin_block(block, counts, room)
        for sequence in range(sequences):
            at = (block * sequences + sequence) * size
            tile = laid[at : at + size]
            counted_part = tile[(counted - recorded) * LANES :]
            if begins and sequence == 0:
                set_pivots(counted_part, block, counts)
            if not reduce_tile(counted_part, block, counts, room):
                return False
            extremes(block, counts, high, low)
            _write_figures(high, low, unit, width, sequence, figures)
            look(glance, unit, width, first + sequence, draws, floors)
            for lane in range(width):
                where[lane] = -1
                if wanted[lane]:
                    row = (high[lane], low[lane], kinds[lane])
                    where[lane] = admit(unit + lane, first + sequence, row, sizes, ends, floors, state, stock)
                    if where[lane] >= 0:
                        where[lane] *= rows.shape[1]
            for lane in range(width):
                if where[lane] >= 0:
                    _copy(tile, lane, gathered, flat_rows, where[lane])
        end_block(block, counts, room)
        if table.shape[1]:
            whole = laid[block * sequences * size : (block + 1) * sequences * size]
            add_by_token(whole, items, starts, token_rows, table[block].reshape(-1))
    return True


@kernel
def place_rows(maxima: Floats, minima: Floats, first: int, kept: Kept, placed: NDArray[np.int32]) -> None:
    """Find where the rows of a batch go whose figures were worked out elsewhere.

    :param maxima: [unit, sequence]; ``minima`` likewise; the first is sequence ``first`` of the corpus.
    :param placed: [unit, sequence], written: which row, or -1.
    """
    sizes, draws, floors, state, stock = kept
    units, sequences = maxima.shape
    glance = new_glance()
    high, low, kinds, wanted, _ = glance
    for unit in range(0, units, LANES):
        width = min(LANES, units - unit)
        for sequence in range(sequences):
            for lane in range(width):
                high[lane], low[lane] = maxima[unit + lane, sequence], minima[unit + lane, sequence]
            look(glance, unit, width, first + sequence, draws, floors)
            for lane in range(width):
                placed[unit + lane, sequence] = -1
                if wanted[lane]:
                    row = (high[lane], low[lane], kinds[lane])
                    at = admit(unit + lane, first + sequence, row, sizes, draws[3], floors, state, stock)
                    placed[unit + lane, sequence] = at


@kernel
def place_packed(
    starts: NDArray[np.int64],
    sequences: NDArray[np.int32],
    figures: tuple[Floats, Floats],
    packed: Bits,
    kept: Kept,
    rows: Bits,
) -> None:
    """Take in rows that another cache kept: those of unit u are ``starts[u]`` to ``starts[u + 1]``, ascending by
    sequence; ``packed`` is [row, position]."""
    sizes, draws, floors, state, stock = kept
    glance = new_glance()
    high, low, kinds, _, _ = glance
    for unit in range(len(starts) - 1):
        for i in range(starts[unit], starts[unit + 1]):
            high[0], low[0] = figures[0][i], figures[1][i]
            look(glance, unit, 1, sequences[i], draws, floors)
            row = (high[0], low[0], kinds[0])
            at = admit(unit, sequences[i], row, sizes, draws[3], floors, state, stock)
            if at >= 0:
                rows[at] = packed[i]


@kernel
def _lay_out(values: Bits, recorded: int) -> Bits:
    """The recorded positions as [block * sequence * position * lane]; lanes without a unit are 0.

    Read a sequence at a time, as it lies: block by block, each line would come from far away by itself.
    """
    sequences, positions, units = values.shape
    flat, size = values.reshape(-1), (positions - recorded) * LANES
    blocks = (units + LANES - 1) // LANES
    laid = np.empty(blocks * sequences * size, values.dtype)
    for sequence in range(sequences):
        for block in range(blocks):
            at, unit = (block * sequences + sequence) * size, block * LANES
            start = (sequence * positions + recorded) * units + unit
            _lay_out_tile(flat, start, units, min(LANES, units - unit), laid[at : at + size])
    return laid


@kernel
def _lay_out_tile(flat: Bits, start: int, stride: int, width: int, tile: Bits) -> None:
    at, to = np.uint64(start), np.uint64(0)
    for _ in range(len(tile) // LANES):
        if width == LANES:  # known when this is compiled
            for lane in range(U_LANES):
                tile[to + lane] = flat[at + lane]
        else:
            for lane in range(np.uint64(width)):
                tile[to + lane] = flat[at + lane]
            for lane in range(np.uint64(width), U_LANES):
                tile[to + lane] = 0
        at += np.uint64(stride)
        to += U_LANES


@kernel
def _items(order: NDArray[np.int32], recorded: int, counted: int) -> NDArray[np.uint64]:
    """Where in a block that is laid out each of ``order`` begins; a sequence has so many recorded, and counted,
    positions."""
    items = np.empty(len(order), np.uint64)
    for i in range(len(order)):
        sequence, position = divmod(order[i], counted)
        items[i] = (sequence * recorded + recorded - counted + position) * LANES
    return items


@kernel
def _write_figures(high: Floats, low: Floats, first: int, width: int, sequence: int, figures: Bits) -> None:
    """As bits of the table's own width."""
    shift = 32 - 8 * figures.itemsize
    for lane in range(width):
        figures[0, first + lane, sequence] = bits_of(high[lane]) >> shift
        figures[1, first + lane, sequence] = bits_of(low[lane]) >> shift


@kernel
def _copy(tile: Bits, lane: int, gathered: Bits, rows: Bits, where: int) -> None:
    """Gather one unit's activations, then write them in a few wide stores: narrow ones would each wait for the row."""
    at, to, length = np.uint64(lane), np.uint64(where), np.uint64(len(tile)) // U_LANES
    for position in range(length):
        gathered[position] = tile[at]
        at += U_LANES
    for position in range(length):
        rows[to + position] = gathered[position]
