"""Rows of activations as JSON; rounding first and the codec afterwards are the reference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from neuronscope.codec import dumps
from neuronscope.collate.kernels.decimals import json_rows
from neuronscope.collate.numbers import significant

Row = NDArray[np.float32]

FINITE = st.floats(width=32, allow_nan=False, allow_infinity=False)
SHORT = st.floats(width=16, allow_nan=False, allow_infinity=False)


def texts_of(values: NDArray[np.float32], rows: NDArray[np.int64]) -> list[bytes]:
    """Each row's text; empty where none is written."""
    text, starts, ends = json_rows(values, rows)
    return [text[start:end].tobytes() for start, end in zip(starts, ends, strict=True)]


def slowly(row: Row) -> bytes:
    return dumps(significant(row).tolist())


def in_range(values: NDArray[np.floating]) -> Row:
    """Those that are written here, as one row of float32."""
    row = values.astype(np.float32)
    size = np.abs(row.astype(np.float64))
    return row[(size == 0) | ((size >= 1e-19) & (size < 1e15))]


def one_row(values: NDArray[np.floating]) -> tuple[bytes, bytes]:
    """A row as it is written, and as it should be."""
    row = in_range(values)
    (text,) = texts_of(row[np.newaxis], np.arange(1))
    assert text
    return text, slowly(row)


@given(arrays(np.float32, (5, 4), elements=FINITE | SHORT), st.lists(st.integers(0, 4), max_size=6))
def test_rows_are_the_codecs_bytes(values: NDArray[np.float32], rows: list[int]) -> None:
    texts = texts_of(values, np.array(rows, dtype=np.int64))
    assert len(texts) == len(rows)
    for row, text in zip(rows, texts, strict=True):
        assert text == (slowly(values[row]) if len(in_range(values[row])) == 4 else b"")


def test_every_bfloat16_number() -> None:
    values = (np.arange(2**16, dtype=np.uint32) << 16).view(np.float32)
    written, expected = one_row(values[np.isfinite(values)])
    assert written == expected


def test_the_neighbours_of_powers_of_ten_and_of_ties() -> None:
    mantissas = np.array([1, 1.0005, 1.2345, 2.5, 5.0005, 9.9985, 9.9995])
    centres = np.outer(mantissas, 10.0 ** np.arange(-19, 16)).ravel().astype(np.float32)
    bits = (centres.view(np.int32)[:, np.newaxis] + np.arange(-20, 21, dtype=np.int32)).ravel()
    values = bits.view(np.float32)
    written, expected = one_row(np.concatenate([values, -values]))
    assert written == expected


def test_all_mantissas_at_all_exponents() -> None:
    values = np.outer(10.0 ** np.arange(-19, 12), np.arange(1000, 10_000, 7)).ravel()
    written, expected = one_row(values)
    assert written == expected


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 2e15, -3e38, 9e-20, -1e-45])
def test_a_row_with_a_number_for_the_codec_is_left_out_and_the_others_are_written(value: float) -> None:
    values = np.array([[1, 2], [1, value], [0, -0.0]], dtype=np.float32)
    assert texts_of(values, np.arange(3)) == [b"[1.0,2.0]", b"", b"[0.0,0.0]"]


def test_no_rows_are_no_texts() -> None:
    assert texts_of(np.ones((3, 2), dtype=np.float32), np.arange(0)) == []
