"""What stands in an address, as values: text in; numbers and choices out, or a sentence that says what to write."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from neuronscope_server.refused import Refused

_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")
_DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,18})?")
_UNIT = re.compile(r"(0|[1-9][0-9]{0,8}):(0|[1-9][0-9]{0,8})")
_SHOWN = 80  # characters of what cannot be read


@dataclass(frozen=True)
class Parameter:
    """What may stand behind an address under some name: its JSON schema, and a line about it."""

    schema: dict[str, Any]
    about: str


def whole_number(text: str, what: str) -> int:
    """:raise 400: if ``text`` is not a whole number from 0 as one writes it, so that one thing has one address."""
    if not _NUMBER.fullmatch(text):
        raise Refused(400, f"The {what} in this address is {text[:_SHOWN]!r}; a {what} is a whole number from 0.")
    return int(text)


def decimal(text: str, name: str) -> float:
    """:raise 400: if ``text`` is not a decimal number."""
    if not _DECIMAL.fullmatch(text):
        raise Refused(400, f"{name} is {text[:_SHOWN]!r}; give a number such as 0.5.")
    return float(text)


def unit_places(text: str, *, most: int) -> tuple[tuple[int, int], ...]:
    """``3:17,3:99`` as ((3, 17), (3, 99)).

    :raise 400: anything else, or more than ``most``.
    """
    found = [_UNIT.fullmatch(part) for part in text.split(",", most)]
    places = tuple((int(match[1]), int(match[2])) for match in found if match)
    if len(places) != len(found) or len(places) > most:
        raise Refused(400, f"units is {text[:_SHOWN]!r}; give at most {most} as LAYER:UNIT, like 3:17,3:99.")
    return places


def unit_named(text: str, name: str) -> tuple[int, int]:
    """:raise 400: if ``text`` does not name a unit as LAYER:UNIT."""
    match = _UNIT.fullmatch(text)
    if match is None:
        raise Refused(400, f"{name} is {text[:_SHOWN]!r}; name a unit as LAYER:UNIT, such as 3:17.")
    return int(match[1]), int(match[2])


def one_of(value: str, values: Sequence[str], name: str) -> str:
    """:raise 400: if ``value`` is none of ``values``."""
    if value not in values:
        raise Refused(400, f"{name} is {value[:_SHOWN]!r}; give {', '.join(values[:-1])} or {values[-1]}.")
    return value


def refuse_unknown(given: Mapping[str, str], known: Collection[str], what: str) -> None:
    """:raise 400: if a parameter has a name that means nothing here."""
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise Refused(400, f"There is no {unknown[0][:_SHOWN]!r} in {what}; there are {', '.join(known)}.")
