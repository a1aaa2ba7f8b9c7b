"""The names inside a dataset: its parts, and where one unit's file stands. Pure; no file is touched here."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable
from typing import Any, Final

from neuronscope import records, relations
from neuronscope.errors import BadInput

MANIFEST: Final = "dataset.json"
FILE_LIST: Final = "files.parquet"
LISTS: Final = "lists.json"
PUZZLES: Final = "puzzles.json"
PUZZLE_RESULTS: Final = "puzzle-results.json"  # how models did
TRACE_LIST: Final = "traces.json"
TRACES: Final = "traces"  # a folder: a file per trace
REPORTS: Final = "reports"  # a folder: a file per run of explaining
UNITS: Final = "units.parquet"
FIGURES: Final = "figures"  # a folder, where they were kept
MATCHES: Final = "matches"  # a folder, with one per dataset that this one was matched with
CHANGING: Final = ".changing"  # a folder with the new files of a dataset that is being changed
WORKING: Final = ".collating"  # a folder with the state of an unfinished run; no part of the dataset

RECORDS: Final = "collated-activations"
EXPLANATIONS: Final = "explanations"
TOKENS_BY_ACTIVATION: Final = "related-tokens/activation-based"
TOKENS_BY_WEIGHT: Final = "related-tokens/weight-based"
NEURONS_BY_WEIGHT: Final = "related-neurons/weight-based"
NEURONS_BY_ACTIVATION: Final = "related-neurons/activation-based"
NEURONS_BY_DECODER: Final = "related-neurons/decoder-based"
LOGITS: Final = "logits"

# What each file of a part holds.
PART_NOUN: Final[dict[str, type[Any]]] = {
    RECORDS: records.NeuronRecord,
    EXPLANATIONS: records.NeuronSimulationResults,
    TOKENS_BY_ACTIVATION: relations.TokenLookupTableSummaryOfNeuron,
    TOKENS_BY_WEIGHT: relations.WeightBasedSummaryOfNeuron,
    NEURONS_BY_WEIGHT: relations.RelatedNeurons,
    NEURONS_BY_ACTIVATION: relations.Neighbours,
    NEURONS_BY_DECODER: relations.Neighbours,
    LOGITS: relations.LogitTable,
}
PARTS: Final = tuple(PART_NOUN)

# Roots of the published datasets; published.py says what they hold.
PUBLISHED_GPT2_XL: Final = "az://openaipublic/neuron-explainer/data"
PUBLISHED_GPT2_SMALL: Final = "az://openaipublic/neuron-explainer/gpt2_small_data"

_TRACE = re.compile(r"[a-z0-9-]{1,64}")
_DIGITS = 18  # of the longest number that names a file


def extension(part: str) -> str:
    """The end of the names of a part's files, with its dot."""
    return ".jsonl" if part == EXPLANATIONS else ".json"


def unit_name(part: str, unit: int) -> str:
    """The file's name inside its layer's folder or zip, ``17.json``."""
    return f"{unit}{extension(part)}"


def unit_path(part: str, layer: int, unit: int) -> str:
    """Where the file stands in the folder form."""
    return f"{part}/{layer}/{unit_name(part, unit)}"


def zip_path(part: str, layer: int) -> str:
    """Where a layer's zip stands in the packed form."""
    return f"{part}/{layer}.zip"


def units_path(layer: int) -> str:
    """Where a layer's table of units stands."""
    return f"units/{layer}.json"


def figures_path(layer: int) -> str:
    """Where the figures of merit of a layer stand, if they were kept."""
    return f"{FIGURES}/{layer}.safetensors"


def matches_path(other: str, layer: int) -> str:
    """Where the partners of a layer's units in another dataset stand."""
    return f"{MATCHES}/{other}/{layer}.json"


def is_trace_id(text: str) -> bool:
    """Whether a trace can have this id: 1 to 64 small letters, digits and dashes."""
    return _TRACE.fullmatch(text) is not None


def trace_path(id_: str) -> str:
    """Where a trace stands."""
    return f"{TRACES}/{id_}.json"


def trace_ids(paths: Iterable[str]) -> list[str]:
    """The ids of the traces among a dataset's files, ascending."""
    folder = f"{TRACES}/"
    ids = [path.removeprefix(folder).removesuffix(".json") for path in paths if path.startswith(folder)]
    return sorted(id_ for id_ in ids if is_trace_id(id_))


def number(name: str, end: str) -> int | None:
    """The layer or unit that ``name`` is called after (``17.json`` with the end ``.json``), else None."""
    if not name.endswith(end):
        return None
    stem = name.removesuffix(end)
    plain = stem.isascii() and stem.isdecimal() and len(stem) <= _DIGITS and (stem[0] != "0" or stem == "0")
    return int(stem) if plain else None


def known_part(part: str) -> str:
    """``part`` itself.

    :raises BadInput: there is no such part; the message lists them.
    """
    if part not in PART_NOUN:
        raise BadInput(f"There is no part {part!r} in a dataset; there are {', '.join(PARTS)}.")
    return part


def index(value: object, what: str) -> int:
    """``value`` as an int: any kind of whole number from 0, NumPy's included.

    :raises BadInput: anything else, True, 3.0 and "3" included.
    """
    try:
        number = -1 if isinstance(value, bool) else operator.index(value)  # type: ignore[arg-type]  # it raises
    except TypeError:
        number = -1
    if number < 0:
        raise BadInput(f"{what} is {value!r}; a {what} is a whole number from 0.")
    return number
