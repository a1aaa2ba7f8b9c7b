"""Activations in, their JSON out: rows of numbers with four significant digits, byte for byte as the codec writes them.

Compiled, and free of Python's lock, so that several threads can write at once. A model that runs in bfloat16 has only
65,536 different activations: the text of each is worked out once.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.kernels.compiling import kernel

LONGEST = 20  # bytes of one number and its comma: "-1000000000000000.0,"
_WIDTH = 16  # bytes that are kept of a bfloat16 number's text; longer ones are written anew each time

# Encoders differ in how they write an exponent from 10^16 on; below 10^-19, a power of ten is needed that is not exact.
_SMALLEST, _END = 1e-19, 1e15
_PLAIN = -5  # a number of a smaller exponent is written with it: 1.5e-6

# Exact from 10^0 to 10^22. The others are only compared with float32 values, none of which comes that near to them.
_NONE = 21  # where 10^0 stands
_POWERS = np.array([float(f"1e{exponent}") for exponent in range(-_NONE, 23)])

# Of each mantissa: its four digits, and how many are left without the last zeros.
_DIGITS = np.array([list(f"{mantissa:04}".encode()) for mantissa in range(10_000)], dtype=np.uint8)
_LENGTHS = np.array([len(f"{mantissa:04}".rstrip("0")) for mantissa in range(10_000)], dtype=np.int64)

_OPEN, _CLOSE, _COMMA, _MINUS, _POINT, _ZERO, _E = (np.uint8(ord(letter)) for letter in "[],-.0e")


def json_rows(
    values: NDArray[np.float32], rows: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
    """``values[row]`` as a JSON list for each of ``rows``: text, uint8 [byte], where each begins and where it ends.

    Nothing is written of a row with a number that the codec has to write: one that is undefined, not below 1e15, or
    other than 0 and below 1e-19.

    :param values: float32 [row, position].
    """
    out = np.empty(len(rows) * (values.shape[1] * LONGEST + _WIDTH), dtype=np.uint8)
    starts = _write_rows(np.ascontiguousarray(values), rows, out, *_bfloat16_texts())
    return out[: starts[-1]], starts[:-1], starts[1:]


@cache
def _bfloat16_texts() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """uint8 [bfloat16 bits, byte], each number's text and a comma; uint8 [bfloat16 bits], how long that is, 0: none."""
    texts = np.zeros((2**16, _WIDTH), dtype=np.uint8)
    lengths = np.zeros(2**16, dtype=np.uint8)
    _write_texts((np.arange(2**16, dtype=np.uint32) << 16).view(np.float32), texts, lengths)
    return texts, lengths


@kernel
def _write_texts(values: NDArray[np.float32], texts: NDArray[np.uint8], lengths: NDArray[np.uint8]) -> None:
    out = np.empty(2 * LONGEST, dtype=np.uint8)
    for index in range(len(values)):
        end = _write_number(values[index], out, 0)
        if 0 < end <= _WIDTH:
            texts[index, :end] = out[:end]
            lengths[index] = end


@kernel
def _write_rows(
    values: NDArray[np.float32],
    rows: NDArray[np.int64],
    out: NDArray[np.uint8],
    texts: NDArray[np.uint8],
    lengths: NDArray[np.uint8],
) -> NDArray[np.int64]:
    """int64 [row + 1]: where each list begins in ``out``, and the end; a row that cannot be written is left empty."""
    starts = np.zeros(len(rows) + 1, dtype=np.int64)
    for index in range(len(rows)):
        starts[index + 1] = _write_row(values[rows[index]], out, starts[index], texts, lengths)
    return starts


@kernel
def _write_row(
    row: NDArray[np.float32],
    out: NDArray[np.uint8],
    start: int,
    texts: NDArray[np.uint8],
    lengths: NDArray[np.uint8],
) -> int:
    out[start] = _OPEN
    end = start + 1
    for value in row:
        bits = np.float32(value).view(np.uint32)
        half = bits >> np.uint32(16)
        if bits & np.uint32(0xFFFF) == 0 and lengths[half]:
            for byte in range(_WIDTH):
                out[end + byte] = texts[half, byte]
            end += lengths[half]
            continue
        written = _write_number(value, out, end)
        if written == end:
            return start
        end = written
    out[end - 1] = _CLOSE  # over the last comma
    return end


@kernel
def _write_number(value: float, out: NDArray[np.uint8], end: int) -> int:
    """Write one number and a comma; nothing where the codec has to."""
    size = np.float64(abs(value))
    if size == 0:
        out[end], out[end + 1], out[end + 2] = _ZERO, _POINT, _ZERO
        end += 3
    elif _SMALLEST <= size < _END:
        out[end] = _MINUS
        end = _write_size(size, out, end + (value < 0))
    else:
        return end
    out[end] = _COMMA
    return end + 1


@kernel
def _write_size(size: float, out: NDArray[np.uint8], end: int) -> int:
    """Round to four digits just as numbers.significant does, and write what is left without its last zeros."""
    exponent = _exponent(size)
    shift = 3 - exponent
    scaled = size * _POWERS[_NONE + shift] if shift >= 0 else size / _POWERS[_NONE - shift]
    mantissa = int(np.rint(scaled))
    if mantissa == 10_000:
        mantissa, exponent = 1_000, exponent + 1
    digits = _LENGTHS[mantissa]
    if exponent >= 0:
        return _write_large(mantissa, digits, exponent + 1, out, end)
    if exponent >= _PLAIN:
        return _write_small(mantissa, digits, -exponent, out, end)
    return _write_tiny(mantissa, digits, -exponent, out, end)


@kernel
def _exponent(size: float) -> int:
    """The largest k such that 10^k <= size; log10 would take longer than all the rest."""
    binary = int(np.float64(size).view(np.int64) >> 52) - 1023
    guess = (binary * 1233) >> 12  # 1233 / 4096 is log10(2), nearly
    return guess - int(size < _POWERS[_NONE + guess]) + int(size >= _POWERS[_NONE + guess + 1])


@kernel
def _write_large(mantissa: int, digits: int, whole: int, out: NDArray[np.uint8], end: int) -> int:
    """``whole`` digits before the point: 12.34, 1200.0."""
    if digits > whole:
        return _write_pointed(mantissa, digits, whole, out, end)
    _write_digits(mantissa, out, end)
    for place in range(end + digits, end + whole):
        out[place] = _ZERO
    out[end + whole], out[end + whole + 1] = _POINT, _ZERO
    return end + whole + 2


@kernel
def _write_small(mantissa: int, digits: int, place: int, out: NDArray[np.uint8], end: int) -> int:
    """The first digit in the given place after the point: 0.001234 in the third."""
    out[end], out[end + 1] = _ZERO, _POINT
    for zero in range(4):  # as many as there can be; digits go over those that are too many
        out[end + 2 + zero] = _ZERO
    _write_digits(mantissa, out, end + 1 + place)
    return end + 1 + place + digits


@kernel
def _write_tiny(mantissa: int, digits: int, place: int, out: NDArray[np.uint8], end: int) -> int:
    """With a negative exponent: 1e-6, 1.234e-12."""
    _write_pointed(mantissa, digits, 1, out, end)
    end += 1 if digits == 1 else digits + 1
    out[end], out[end + 1] = _E, _MINUS
    end += 2
    if place >= 10:
        out[end] = _ZERO + np.uint8(place // 10)
        end += 1
    out[end] = _ZERO + np.uint8(place % 10)
    return end + 1


@kernel
def _write_pointed(mantissa: int, digits: int, whole: int, out: NDArray[np.uint8], end: int) -> int:
    _write_digits(mantissa, out, end + 1)
    for place in range(end, end + whole):
        out[place] = out[place + 1]
    out[end + whole] = _POINT
    return end + digits + 1


@kernel
def _write_digits(mantissa: int, out: NDArray[np.uint8], start: int) -> None:
    """All four; whoever wants fewer writes over the last ones."""
    for place in range(4):
        out[start + place] = _DIGITS[mantissa, place]
