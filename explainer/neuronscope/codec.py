"""Bytes to nouns and back: one file's JSON in, dataclasses out, and the other way.

Strict typed decoding first. What that refuses (NaN, the renamed fields of later releases, a layer as a string) is read
the lenient way: each object is renamed by the class that belongs in its place, NaN becomes None, then it is typed.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
import types
from collections.abc import Mapping
from functools import cache
from threading import Lock
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
import orjson

from neuronscope import records, relations
from neuronscope.errors import BrokenData

T = TypeVar("T")

TAG = "dataclass_name"
_UNTAGGED = {
    *(relations.RelatedNeurons, relations.ConnectedNeurons),
    *(records.Score, records.Provenance, records.ScoredText),
    *(relations.Neighbours, relations.Neighbour, relations.LogitTable, relations.UnitGlance),
    *(relations.LayerMatches, relations.UnitMatch),
}
_NOUNS: dict[str, type] = {
    name: noun
    for name, noun in (*vars(records).items(), *vars(relations).items())
    if dataclasses.is_dataclass(noun) and isinstance(noun, type) and noun not in _UNTAGGED
}
TAGGED = frozenset(_NOUNS)  # names of the classes whose objects say so in files
_TAG_ALIASES = {"ScoredExplanationOrBaseline": "ScoredExplanation"}

# Later name -> the name in records.py, by the class in whose place the object stands.
_RENAMED: dict[type, dict[str, str]] = {
    records.NeuronId: {"layer": "layer_index", "idx": "neuron_index"},
    records.SequenceSimulation: {"unit": "activation_scale"},
    records.ScoredSequenceSimulation: {"sequence_simulation": "simulation"},
    records.ScoredExplanation: {"explanation_or_baseline": "explanation"},
    records.NeuronSimulationResults: {"scored_explanation_or_baseline_list": "scored_explanations"},
}
_DIGIT_FIELDS = {records.NeuronId: ("layer_index", "neuron_index")}
_DIGITS = re.compile("[0-9]{1,18}")

_decoders: dict[type, msgspec.json.Decoder[Any]] = {}
_looking = Lock()  # msgspec keeps what it finds out about a class on the class, half of it while it still looks


@dataclasses.dataclass(frozen=True)
class _Tagged:
    dataclass_name: str | None = None


def loads(data: bytes, noun: type[T]) -> T:
    """Decode one JSON file (or one line) as ``noun``.

    :raises BrokenData: not JSON, another class's file, or a field of the wrong type; the message gives its path.
    """
    try:
        _refuse_other_class(data, noun)
        try:
            return decoder_of(noun).decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return _loads_leniently(data, noun)
    except RecursionError as error:
        raise BrokenData("$: nested too deeply") from error


def decoder_of(noun: type[T]) -> msgspec.json.Decoder[T]:
    """What decodes JSON as ``noun``, made by one thread at a time: two that meet a class first end the process."""
    found = _decoders.get(noun)
    if found is None:
        with _looking:
            found = _decoders.setdefault(noun, msgspec.json.Decoder(noun))
    return found


def typed(plain: object, noun: type[T]) -> T:
    """Dicts and lists as ``noun``.

    :raises msgspec.ValidationError: a field is missing or of the wrong type.
    """
    decoder_of(noun)  # which knows the class by then
    return msgspec.convert(plain, noun)


def dumps(value: object) -> bytes:
    """Encode a noun as JSON: tagged with its class, extensions left out while they are None, NaN as null.

    :raises ValueError: NaN or infinity where a number must stand, such as an activation; the message names the field.
    """
    plain = to_plain(value)
    try:
        return orjson.dumps(plain)
    except orjson.JSONEncodeError:
        return json.dumps(plain, separators=(",", ":")).encode()  # half a surrogate pair, which only escapes can write


def dumps_plain(value: object) -> bytes:
    """Encode dicts and lists of plain values, which need not be looked through for nouns."""
    return orjson.dumps(value)


def to_plain(value: object) -> Any:
    """The noun as dicts and lists, as they are written."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, (list, tuple)):
        return value if value and isinstance(value[0], (str, int, float)) else [to_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _plain_object(value)
    return value


_NUMBERS = (float, list[float], list[float | None])
_PLAIN = frozenset({str, int, float, bool, type(None)})


def _plain_object(value: Any) -> dict[str, Any]:
    tag, fields = _layout(type(value))  # type: ignore[arg-type]  # mypy doubts that a class can be hashed
    plain: dict[str, Any] = tag.copy()
    for name, optional, required_number in fields:
        field = getattr(value, name)
        if required_number:
            _refuse_undefined(field, f"{type(value).__name__}.{name}")
        if field is not None or not optional:
            plain[name] = field if type(field) in _PLAIN else to_plain(field)
    return plain


@cache
def _layout(noun: type) -> tuple[dict[str, str], list[tuple[str, bool, bool]]]:
    """The tag that an object begins with, and of each field: its name, whether it is left out while it is None, and
    whether it holds numbers none of which may be undefined."""
    tag = {TAG: noun.__name__} if noun.__name__ in _NOUNS and noun is _NOUNS[noun.__name__] else {}
    public, hints = _PUBLIC_NULLS.get(noun, set()), get_type_hints(noun)
    fields = [
        (field.name, field.default is None and field.name not in public, hints[field.name] in _NUMBERS)
        for field in dataclasses.fields(noun)
    ]
    return tag, fields


# Fields of the public files are written even when null; every other optional field only when it has a value.
_PUBLIC_NULLS = {
    records.NeuronRecord: {
        "random_sample_by_quantile", "quantile_boundaries", "mean", "variance", "skewness", "kurtosis",
    },
    records.SequenceSimulation: {"uncalibrated_simulation"},
    records.ScoredSequenceSimulation: {"ev_correlation_score", "rsquared_score", "absolute_dev_explained_score"},
    records.ScoredSimulation: {"ev_correlation_score", "rsquared_score", "absolute_dev_explained_score"},
    records.ScoredExplanation: {"scored_simulation"},
}  # fmt: skip


def _refuse_undefined(value: float | list[float | None], name: str) -> None:
    numbers = [number for number in (value if isinstance(value, list) else [value]) if number is not None]
    if not math.isfinite(sum(numbers)) and not all(map(math.isfinite, numbers)):
        raise ValueError(f"{name} holds NaN or infinity, which cannot be written")


def _refuse_other_class(data: bytes, noun: type) -> None:
    """An explanations file has all that a record requires, so the tag at the top must be looked at first."""
    if data.startswith(b'{"%s":"%s"' % (TAG.encode(), noun.__name__.encode())):
        return  # as files are written; else all of it is gone through for the tag
    try:
        tag = decoder_of(_Tagged).decode(data).dataclass_name
    except msgspec.DecodeError:
        return  # the typed decoding says what is wrong
    tag = _TAG_ALIASES.get(tag or "", tag)
    if tag in _NOUNS and tag != noun.__name__:
        raise BrokenData(f"$: a {tag}, where a {noun.__name__} belongs")


def _loads_leniently(data: bytes, noun: type[T]) -> T:
    try:
        plain = json.loads(data, parse_constant=lambda _: None, parse_float=_finite)
    except ValueError as error:
        raise BrokenData(f"not JSON: {error}") from error
    try:
        return typed(_renamed(plain, noun), noun)
    except msgspec.ValidationError as error:
        raise BrokenData(_path_first(str(error))) from error


def _finite(digits: str) -> float | None:
    """A number too large for a float (1e999) is as undefined as Infinity."""
    value = float(digits)
    return value if math.isfinite(value) else None


def _path_first(message: str) -> str:
    """msgspec ends with "- at `$.a[0].b`"; people look for the place first."""
    what, at, path = message.partition(" - at ")
    return f"{path.strip('`')}: {what}" if at else f"$: {message}"


def _renamed(plain: Any, place: Any) -> Any:
    """``plain`` with the names of the class in each place; what does not fit is left for the typed decoding to name."""
    if get_origin(place) in (Union, types.UnionType):
        inner = [option for option in get_args(place) if option is not type(None)]
        return _renamed(plain, inner[0]) if plain is not None and len(inner) == 1 else plain
    if get_origin(place) is list and isinstance(plain, list):
        (item,) = get_args(place)
        return [_renamed(value, item) for value in plain] if _has_nouns(item) else plain
    if dataclasses.is_dataclass(place) and isinstance(plain, dict):
        return _renamed_object(plain, place)
    return plain


def _renamed_object(plain: dict[str, Any], noun: Any) -> dict[str, Any]:
    names = _RENAMED.get(noun, {})
    hints = get_type_hints(noun)
    out = {}
    for key, value in plain.items():
        name = names.get(key, key)
        if name != key and name in plain:
            continue  # both names present: the one of records.py counts
        out[name] = _renamed(value, hints[name]) if name in hints else value
    for name in _DIGIT_FIELDS.get(noun, ()):
        if isinstance(out.get(name), str) and _DIGITS.fullmatch(out[name]):
            out[name] = int(out[name])
    return out


@cache
def _has_nouns(place: Any) -> bool:
    """Whether a dataclass can stand anywhere inside ``place``; lists of numbers need no walk."""
    return dataclasses.is_dataclass(place) or any(_has_nouns(arg) for arg in get_args(place))
