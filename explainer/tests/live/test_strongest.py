"""The strongest units against a brute-force reference over all layers, units and tokens."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch

from neuronscope.errors import BadInput
from neuronscope.live import AskTopUnits, Live, TopUnits
from neuronscope.live.known import Known
from neuronscope.subject import Subject, open_source

TEXT = "the cat sees a dog under the naïve tree"
LAYERS, UNITS = 2, 20


@dataclass(frozen=True)
class Row:
    """What tables say of one unit."""

    layer: int
    unit: int
    max: float | None
    density: float | None
    explanations: int
    explanation: str | None = None
    score: float | None = None
    mean: float | None = None


def rows() -> dict[tuple[int, int], Row]:
    """Three of four units are stored; some never fired, of some the density is not known."""
    draw = np.random.default_rng(5)
    found = {}
    for layer in range(LAYERS):
        for unit in range(UNITS):
            largest, density, count = draw.uniform(0.5, 8), draw.uniform(0, 1), int(draw.integers(0, 3))
            if unit % 4 == 3:
                continue
            row = Row(layer, unit, None if unit == 0 else largest * (unit != 1), density if unit != 2 else None, count)
            found[layer, unit] = row
    return found


class Tables:
    """An index of the rows above, as a dataset's is asked."""

    def __init__(self) -> None:
        self._rows = rows()

    def column(self, name: str) -> np.ndarray:
        said = [getattr(row, name) for row in self._rows.values()]
        return np.array([math.nan if one is None else one for one in said], float)

    def find(self, places: list[tuple[int, int]]) -> list[Row | None]:
        return [self._rows.get(place) for place in places]


def activations(subject: Subject, live: Live) -> np.ndarray:
    """[layer, token, unit] by plain hooks."""
    read, got = live.read(AskTopUnits(text=TEXT)), []
    handles = [
        layer.mlp.down_proj.register_forward_pre_hook(lambda _, inputs: got.append(inputs[0][0].clone()))
        for layer in subject.model.model.layers
    ]
    with torch.no_grad():
        subject.model(torch.tensor([list(read.ids)]))
    for handle in handles:
        handle.remove()
    return torch.stack(got)[:, read.prefix :].double().numpy()


def brute_force(values: np.ndarray, ask: AskTopUnits, counted: int) -> list[list[tuple[int, int, int]]]:
    """Every unit of every token, looked at one by one: (layer, unit, position), strongest first."""
    tables, candidates = rows(), []
    for layer in range(LAYERS) if ask.layers is None else set(ask.layers):
        for position in range(counted, values.shape[1]):
            for unit in range(UNITS):
                row, value = tables.get((layer, unit)), values[layer, position, unit]
                if value <= 0 if ask.min_activation is None else value < ask.min_activation:
                    continue
                if ask.among != "all" and row is None:
                    continue
                if ask.among == "explained" and not row.explanations:  # type: ignore[union-attr]
                    continue
                if ask.max_density is not None and row is not None and (row.density or 0) > ask.max_density:
                    continue
                by = value
                if ask.by == "share":
                    if row is None or not row.max:
                        continue
                    by = value / row.max
                candidates.append((-by, position, layer, unit))
    candidates.sort()
    if ask.per == "token":
        each: list[list[tuple[int, int, int]]] = [[] for _ in range(values.shape[1])]
        for _, position, layer, unit in candidates:
            if len(each[position]) < ask.k:
                each[position].append((layer, unit, position))
        return each
    best: dict[tuple[int, int], int] = {}
    for _, position, layer, unit in candidates:
        if len(best) < ask.k:
            best.setdefault((layer, unit), position)
    return [[(*place, position) for place, position in best.items()]]


ASKS: list[dict[str, Any]] = [
    {},
    {"k": 1},
    {"k": 100},
    {"layers": [1]},
    {"layers": [1, 0, 1]},
    {"layers": []},
    {"by": "share"},
    {"max_density": 0.5},
    {"max_density": 0.0},
    {"min_activation": 0.4},
    {"min_activation": -0.2},
    {"min_activation": -1e5},
    {"min_activation": 1e5},
    {"among": "stored"},
    {"among": "explained"},
    {"by": "share", "among": "explained", "max_density": 0.7, "min_activation": 0.05, "k": 3},
]


@pytest.mark.parametrize("per", ["token", "text"])
@pytest.mark.parametrize("settings", ASKS, ids=str)
def test_they_are_those_of_brute_force(settings: dict[str, Any], per: Any, llama: Subject) -> None:
    tables = Tables()
    live = Live(llama, known=Known(lambda: tables))  # type: ignore[arg-type, return-value]
    values = activations(llama, live)
    ask = AskTopUnits(**{"text": TEXT, "per": per, "k": 4} | settings)
    (found,) = live.answer([ask])
    assert isinstance(found, TopUnits)
    assert (found.per, "".join(found.tokens), found.ignored) == (per, TEXT, None)
    expected = brute_force(values, ask, counted=0)
    got = [[(one.layer, one.unit, one.position) for one in group] for group in found.positions]
    assert got == expected
    for group in found.positions:
        for one in group:
            row = rows().get((one.layer, one.unit))
            assert one.activation == pytest.approx(values[one.layer, one.position, one.unit], rel=1e-4)
            assert one.max == (None if row is None else row.max)
            share = None if row is None or not row.max else one.activation / row.max
            assert one.share == (None if share is None else pytest.approx(share))
            assert one.explanations == (None if row is None else row.explanations)


def test_the_first_position_counts_nothing_where_it_is_ignored(gpt2: Subject) -> None:
    live = Live(gpt2)
    found = live.top_units(TEXT, 3)
    assert found.ignored == [0]
    assert found.positions[0] == []
    assert all(found.positions[1:])
    (whole,) = live.answer([AskTopUnits(text=TEXT, per="text", k=40)])
    assert all(one.position > 0 for one in whole.positions[0])  # type: ignore[union-attr]
    alone = live.top_units("a", 3)
    assert (alone.tokens, alone.positions) == (["a"], [[]])


def test_latents_are_compared_where_a_registered_sae_is_named(gpt2: Subject, save_sae: Any, lens: Any) -> None:
    folder = save_sae("topk", k=5, hook_name="blocks.1.hook_resid_pre")
    live = Live(gpt2, saes={"one": open_source(gpt2, f"sae:{folder}")})
    (found,) = live.answer([AskTopUnits(text=TEXT, source="one", k=50)])
    read = live.read(AskTopUnits(text=TEXT))
    x = gpt2.run(TEXT, ["blocks.1.hook_resid_pre"])["blocks.1.hook_resid_pre"]
    with torch.no_grad():
        latents = lens.SAE.load_from_disk(folder).encode(x)[0]
    assert isinstance(found, TopUnits)
    for place, group in enumerate(found.positions):
        expected = [] if place < read.counted else latents[place].nonzero()[:, 0].tolist()
        assert sorted(one.unit for one in group) == expected
        assert [one.activation for one in group] == sorted((one.activation for one in group), reverse=True)
    for settings in ({"by": "share"}, {"max_density": 0.5}, {"among": "stored"}):
        (refused,) = live.answer([AskTopUnits(text=TEXT, source="one", **settings)])  # type: ignore[arg-type]
        assert isinstance(refused, BadInput)
        assert "are of the dataset's units" in str(refused)


def test_bfloat16_models_rank_as_float32_copies_of_their_activations_do(tiny_llama: Any) -> None:
    from neuronscope.subject import load_subject

    subject = load_subject(str(tiny_llama), "bfloat16")
    live = Live(subject)
    values = activations(subject, live)
    for place, group in enumerate(live.top_units(TEXT, 4).positions):
        expected = np.sort(values[:, place].ravel())[::-1][:4]
        assert [one.activation for one in group] == pytest.approx(expected[expected > 0].tolist())
