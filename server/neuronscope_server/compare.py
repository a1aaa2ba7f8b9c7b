"""Units side by side: ``/api/datasets/{name}/compare?units=3:17,3:99``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from flask import Blueprint, Response, request

from neuronscope.codec import loads
from neuronscope.dataset import Dataset, layout
from neuronscope.dataset.unitindex import UnitRow
from neuronscope.relations import Neighbours, TokenLookupTableSummaryOfNeuron
from neuronscope_server.answers import send_object
from neuronscope_server.catalog import Catalog
from neuronscope_server.queries import Parameter, refuse_unknown, unit_places
from neuronscope_server.refused import Refused
from neuronscope_server.tables import Tables

MOST = 8  # units
PARAMETERS = {"units": Parameter({"type": "string"}, f"2 to {MOST} units as LAYER:UNIT, with commas between them")}

Pair = tuple[int, int]


@dataclass(frozen=True)
class ComparedUnit:
    """One of the units; ``record`` is the address of its record within the dataset, ``about`` its row of the tables."""

    layer: int
    unit: int
    record: str
    about: UnitRow | None


@dataclass(frozen=True)
class Measured:
    """A number, or why there is none; ``at_most``: what it cannot be above, where lists of the nearest show that."""

    value: float | None
    reason: str | None = None
    at_most: float | None = None


@dataclass(frozen=True)
class ComparedPair:
    """Two of the units, by their places in the list.

    ``token_overlap``: of the ``tokens_of_either``, those of highest mean activation of one or the other, the share that
    both have; ``tokens`` are those that both have. ``decoder_cosine`` of their directions and ``coactivation``, the
    correlation of their largest activations over sequences, where one is among the other's nearest.
    """

    first: int
    second: int
    token_overlap: Measured
    tokens: list[str]
    tokens_of_either: int
    decoder_cosine: Measured
    coactivation: Measured


@dataclass(frozen=True)
class Comparison:
    """What a page that shows units side by side needs besides their records."""

    units: list[ComparedUnit]
    pairs: list[ComparedPair]


def compare(catalog: Catalog, tables: Tables) -> Blueprint:
    """The route; never given again by the shortcut, whose key knows nothing of queries."""
    routes = Blueprint("compare", __name__, url_prefix="/api/datasets/<name>")

    def answer(name: str) -> Response:
        """:raise 400: if the units cannot be read, or are too few or too many.
        :raise 404: if there is no such dataset or unit.
        """
        refuse_unknown(request.args, PARAMETERS, "a comparison")
        return send_object(request, comparison(catalog, tables, name, request.args.get("units", "")))

    routes.add_url_rule("/compare", view_func=answer)
    return routes


def comparison(catalog: Catalog, tables: Tables, name: str, units: str) -> Comparison:
    """Of ``units`` as they stand in an address; raises as the route does."""
    wanted, dataset = _units(units), catalog.reachable(name)
    for layer, unit in wanted:
        if unit not in dataset.units(layer):
            raise Refused(404, f"{name} has no unit {unit} in layer {layer}.")
    rows = tables.find(name, wanted)
    compared = [_unit(pair, row) for pair, row in zip(wanted, rows, strict=True)]
    return Comparison(compared, _pairs(dataset, wanted))


def _units(text: str) -> tuple[Pair, ...]:
    pairs = unit_places(text, most=MOST)
    if len(set(pairs)) != len(pairs) or len(pairs) < 2:
        raise Refused(400, f"units is {text[:80]!r}; give 2 to {MOST} different ones like 3:17,3:99.")
    return pairs


def _unit(pair: Pair, row: UnitRow | None) -> ComparedUnit:
    return ComparedUnit(*pair, layout.unit_path(layout.RECORDS, *pair), row)


def _pairs(dataset: Dataset, wanted: Sequence[Pair]) -> list[ComparedPair]:
    tokens = [_tokens(dataset, pair) for pair in wanted]
    cosines = [_neighbours(dataset, layout.NEURONS_BY_DECODER, pair) for pair in wanted]
    together = [_neighbours(dataset, layout.NEURONS_BY_ACTIVATION, pair) for pair in wanted]
    return [
        ComparedPair(
            first=i,
            second=j,
            token_overlap=_overlap(tokens[i], tokens[j]),
            tokens=[token for token in tokens[i] or () if token in set(tokens[j] or ())],
            tokens_of_either=len({*(tokens[i] or ()), *(tokens[j] or ())}),
            decoder_cosine=_between(cosines, wanted, (i, j), "decoder cosine"),
            coactivation=_between(together, wanted, (i, j), "pearson"),
        )
        for i, j in combinations(range(len(wanted)), 2)
    ]


def _tokens(dataset: Dataset, pair: Pair) -> list[str] | None:
    found = dataset.related_tokens(*pair)
    return found.tokens if isinstance(found, TokenLookupTableSummaryOfNeuron) else None


def _overlap(first: list[str] | None, second: list[str] | None) -> Measured:
    if first is None or second is None:
        return Measured(None, "the dataset has no tokens by mean activation for both")
    either = {*first, *second}
    if not either:
        return Measured(None, "neither has a token that it responds to")
    return Measured(len({*first} & {*second}) / len(either))


def _neighbours(dataset: Dataset, part: str, pair: Pair) -> Neighbours | None:
    data = dataset.read(part, *pair)
    return None if data is None else loads(data, Neighbours)


_NO_LIST = {
    "decoder cosine": "the dataset has no nearest units by decoder direction, which only latents and vectors have",
    "pearson": "the dataset has no nearest units by activation",
}


def _between(
    known: Sequence[Neighbours | None], wanted: Sequence[Pair], places: tuple[int, int], measure: str
) -> Measured:
    """The measure between two units, from the list of either."""
    if all(known[place] is None for place in places):
        return Measured(None, _NO_LIST[measure])
    near = [_nearest(known[place], measure) for place in places]
    for found, there in zip(near, places[::-1], strict=True):
        if wanted[there] in found:
            return Measured(found[wanted[there]])
    return Measured(None, "neither is among the nearest of the other", _ceiling(near))


def _nearest(found: Neighbours | None, measure: str) -> dict[Pair, float]:
    """The values of a unit's nearest by one measure; an undefined one is none."""
    some = found.neighbours if found is not None else ()
    return {(one.layer, one.unit): one.value for one in some if one.measure == measure and one.value is not None}


def _ceiling(near: Sequence[Mapping[Pair, float]]) -> float | None:
    """What two units cannot be above that stand in each other's list of the nearest nowhere.

    The lists hold the largest values of all units, so who is left out has no larger one. A unit without a list has no
    such values at all, and nothing is known.
    """
    return min(min(found.values()) for found in near) if all(near) else None
