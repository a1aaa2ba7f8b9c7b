"""Numbers as captions have them, as in the viewer: thousands parted, few figures, true minus signs. Pure."""

from __future__ import annotations

import math

_UNDEFINED = "\N{EN DASH}"


def short(value: float | None) -> str:
    """Whole from 100 on, two decimals, two figures below 0.1; a dash where undefined."""
    if value is None or not math.isfinite(value):
        return _UNDEFINED
    size = abs(value)
    if size >= 1e5 or 0 < size < 0.001:
        mantissa, _, exponent = f"{value:.1e}".partition("e")
        said = f"{mantissa}e{int(exponent):+d}"
    elif size >= 100:
        said = f"{value:,.0f}"
    else:
        said = f"{value:.2f}" if size >= 0.1 or size == 0 else f"{value:#.2g}"
    return said.replace("-", "\N{MINUS SIGN}")


def percent(share: float | None) -> str:
    """A share in percent, with two figures where it is small."""
    if share is None:
        return _UNDEFINED
    value = 100 * share
    if 0 < value < 0.001:
        return "<0.001%"
    return f"{value:.0f}%" if value >= 10 or value == 0 else f"{float(f'{value:.2g}'):g}%"
