"""Numbers as captions have them, as in the viewer: thousands parted, few figures, true minus signs. Pure."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal

_UNDEFINED = "\N{EN DASH}"
# Browsers round a tie away from zero, Python's own formatting to the even digit.
_TWO_FIGURES = Context(prec=2, rounding=ROUND_HALF_UP)


def short(value: float | None) -> str:
    """Whole from 100 on, two decimals, two figures below 0.1; a dash where undefined."""
    if value is None or not math.isfinite(value):
        return _UNDEFINED
    size = abs(value)
    if size >= 1e5 or 0 < size < 0.001:
        said = f"{_TWO_FIGURES.create_decimal(Decimal(value)):.1e}"
    elif size >= 100:
        said = f"{math.floor(value + 0.5):,}"
    elif size >= 0.1 or size == 0:
        said = f"{Decimal(size).quantize(Decimal('0.01'), ROUND_HALF_UP)}"
        said = f"-{said}" if value < 0 else said
    else:
        said = f"{_TWO_FIGURES.create_decimal(Decimal(value)):f}"
    return said.replace("-", "\N{MINUS SIGN}")


def percent(share: float | None) -> str:
    """A share in percent, with two figures where it is small."""
    if share is None:
        return _UNDEFINED
    value = 100 * share
    if 0 < value < 0.001:
        return "<0.001%"
    return f"{value:.0f}%" if value >= 10 or value == 0 else f"{float(f'{value:.2g}'):g}%"
