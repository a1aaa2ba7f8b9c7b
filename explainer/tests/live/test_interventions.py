"""Steering and ablation against plain hooks of torch that edit the tensor by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from neuronscope.errors import BadInput
from neuronscope.live import (
    AskActivations,
    AskGeneration,
    AskPredictions,
    AskTopUnits,
    Generated,
    Intervention,
    Live,
    Splice,
    UnitPlace,
)
from neuronscope.live.known import Known
from neuronscope.subject import Source, Subject, open_source

TEXT = "the cat sees a dog under the naïve tree"
LAYER, UNIT = 1, 5
Logits = Callable[[Subject, list[int]], torch.Tensor]


class Means(Known):
    """A dataset that knows one mean."""

    def __init__(self) -> None:
        super().__init__(None)

    def mean(self, layer: int, unit: int) -> float:
        assert (layer, unit) == (LAYER, UNIT)
        return -0.75


VECTORS = np.random.default_rng(3).normal(size=(8, 16)).astype(np.float32)


def opened(family: Any, kind: str, folder: Path) -> Source:
    if kind != "vectors":
        return open_source(family.subject, kind)
    np.savez(folder / "v.npz", **{f"blocks.{LAYER}.hook_resid_post": VECTORS})
    return open_source(family.subject, f"vectors:{folder / 'v.npz'}")


def reference(family: Any, kind: str, one: Intervention, rows: slice | list[int]) -> tuple[str, str, Any]:
    """Module, side of it, and the edit by hand."""

    def new(old: torch.Tensor) -> torch.Tensor:
        if one.op == "add":
            return old + one.value
        if one.op == "scale":
            return old * one.value
        if one.op == "set":
            return torch.full_like(old, float(one.value or 0))
        return torch.full_like(old, -0.75 if one.value == "mean" else 0.0)

    def column(values: torch.Tensor) -> None:
        values[:, rows, one.unit] = new(values[:, rows, one.unit])

    def head(values: torch.Tensor) -> None:
        width = values.shape[-1] // 2
        span = slice(one.unit * width, (one.unit + 1) * width)
        values[:, rows, span] = new(values[:, rows, span])

    def direction(values: torch.Tensor) -> None:
        v = torch.from_numpy(VECTORS[one.unit])
        old = values[:, rows] @ v
        along = torch.full_like(old, float(one.value)) if one.op == "add" else (new(old) - old) / (v @ v)
        values[:, rows] += along[..., None] * v

    block = family.block.format(LAYER)
    return {
        "mlp": (family.projection.format(LAYER), "input", column),
        "resid": (block, "output", column),
        "attn": (family.attention.format(LAYER), "input", head),
        "vectors": (block, "output", direction),
    }[kind]


CASES = [
    (kind, op, value)
    for kind in ("mlp", "resid", "vectors")
    for op, value in [("add", 2.5), ("set", -1.5), ("scale", -3.0), ("ablate", None), ("ablate", "mean")]
]
CASES += [("attn", "scale", -3.0), ("attn", "ablate", "zero")]


@pytest.mark.parametrize("positions", [None, [0, 3, 3]])
@pytest.mark.parametrize(("kind", "op", "value"), CASES)
def test_a_model_changed_here_is_the_model_changed_by_hand(
    kind: str,
    op: Any,
    value: Any,
    positions: list[int] | None,
    family: Any,
    by_hand: Any,
    logits_of: Logits,
    tmp_path: Path,
) -> None:
    subject: Subject = family.subject
    source = opened(family, kind, tmp_path)
    live = Live(subject, source=source, known=Means())
    unit = UNIT if kind != "attn" else 1
    one = Intervention(LAYER, unit, op, value, positions)
    read = live.read(AskPredictions(text=TEXT))
    assert read.prefix == family.prefix
    rows = slice(read.prefix, None) if positions is None else [read.prefix + place for place in positions]
    place = reference(family, kind, one, rows)
    with by_hand(subject, *place):
        changed = logits_of(subject, list(read.ids))
    as_it_is = logits_of(subject, list(read.ids))
    assert not torch.allclose(changed, as_it_is, atol=1e-3)

    found = live.answer([AskPredictions(text=TEXT, interventions=[one], top_k=100)])[0]
    assert found.changed is not None  # type: ignore[union-attr]
    for state, logits in ((found, as_it_is), (found.changed, changed)):  # type: ignore[union-attr]
        top = logits[-1].topk(100).values
        assert [x.logit for x in state.next.top] == pytest.approx(top.tolist(), abs=2e-4)
        logprobs = logits.log_softmax(-1)[:-1].gather(1, torch.tensor(read.ids[1:])[:, None])[:, 0]
        known = [x.logprob for x in state.positions if x.logprob is not None]
        assert known == pytest.approx(logprobs.tolist(), abs=2e-4)
    a, b = as_it_is.double().log_softmax(-1), changed.double().log_softmax(-1)
    kl = (a.exp() * (a - b)).sum(-1)
    assert found.difference.next_kl == pytest.approx(float(kl[-1]), abs=1e-3)  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["mlp", "resid"])
def test_activations_and_strongest_units_are_those_of_the_changed_model(kind: str, family: Any, by_hand: Any) -> None:
    subject: Subject = family.subject
    live = Live(subject, source=open_source(subject, kind))
    one = Intervention(0, 4, "add", 3.0, None)
    units = [UnitPlace(layer, unit) for layer in (0, 1) for unit in range(8)]
    ask = AskActivations(text=TEXT, units=units, interventions=[one])
    (found,) = live.answer([ask])
    read, seen = live.read(ask), {}
    module, side = (family.projection, "input") if kind == "mlp" else (family.block, "output")

    def edit(values: torch.Tensor) -> None:
        values[:, read.prefix :, 4] += 3.0

    def keep(layer: int) -> Callable[[torch.Tensor], None]:
        return lambda values: seen.__setitem__(layer, values[0, read.prefix :].clone())

    with (
        torch.no_grad(),
        by_hand(subject, module.format(0), side, edit),
        by_hand(subject, module.format(0), side, keep(0)),
        by_hand(subject, module.format(1), side, keep(1)),
    ):
        subject.model(input_ids=torch.tensor([list(read.ids)]))
    for unit in found.units:  # type: ignore[union-attr]
        expected = seen[unit.layer][:, unit.unit].tolist()
        assert unit.record.activations == pytest.approx(expected, abs=1e-4)
    (top,) = live.answer([AskTopUnits(text=TEXT, k=1, layers=[1], interventions=[one])])
    for place, group in enumerate(top.positions):  # type: ignore[union-attr]
        if place >= read.counted:
            assert group[0].activation == pytest.approx(float(seen[1][place].max()), abs=1e-4)


@pytest.mark.parametrize("positions", [None, [2, 11, 13]])
def test_generation_with_its_cache_goes_on_as_the_model_changed_by_hand_does_without_one(
    positions: list[int] | None, family: Any, by_hand: Any, logits_of: Logits
) -> None:
    subject: Subject = family.subject
    live = Live(subject)
    changes = [Intervention(0, 3, "set", 9.0, positions)]
    ask = AskGeneration(text="the cat", max_tokens=10, interventions=changes)
    read = live.read(ask)

    def edit(values: torch.Tensor) -> None:
        for place in range(read.prefix, values.shape[1]):
            if positions is None or place - read.prefix in positions:
                values[:, place, 3] = 9.0

    ended = {one.run: one for one in live.generate(ask) if isinstance(one, Generated)}
    for run in ("without", "with"):
        ids, logprobs = list(read.ids), []
        for _ in range(10):
            with by_hand(subject, family.projection.format(0), "input", edit if run == "with" else lambda _: None):
                logits = logits_of(subject, ids)[-1]
            token = int(logits.argmax())
            if token == 0:
                break
            ids.append(token)
            logprobs.append(float(logits.log_softmax(-1)[token]))
        assert ended[run].logprobs == pytest.approx(logprobs, abs=2e-4)
        assert ended[run].tokens == live._pieces.texts(ids[len(read.ids) :])
    assert ended["without"].logprobs != pytest.approx(ended["with"].logprobs, abs=1e-3)


@pytest.mark.parametrize("kind", ["mlp", "resid", "attn", "vectors"])
def test_a_change_of_nothing_changes_nothing_bit_for_bit(kind: str, family: Any, tmp_path: Path) -> None:
    live = Live(family.subject, source=opened(family, kind, tmp_path))
    ops: list[tuple[Any, float]] = [("scale", 1.0)] if kind == "attn" else [("add", 0.0), ("scale", 1.0)]
    changes = [Intervention(LAYER, 1, op, value) for op, value in ops]
    (found,) = live.answer([AskPredictions(text=TEXT, interventions=changes, top_k=100)])
    assert found.changed.positions == found.positions  # type: ignore[union-attr]
    assert found.changed.next == found.next  # type: ignore[union-attr]
    assert found.difference.next_kl == 0  # type: ignore[union-attr]


def test_bos_is_never_changed(llama: Subject, by_hand: Any) -> None:
    live = Live(llama)
    outputs: list[torch.Tensor] = []
    with by_hand(llama, "model.layers.0", "output", lambda values: outputs.append(values[0, 0].clone())):
        live.answer([AskPredictions(text="cat", interventions=[Intervention(0, 2, "set", 1e4)])])
    assert len(outputs) == 2
    assert torch.equal(outputs[0], outputs[1])


WRONG: list[tuple[Callable[[], Any], str]] = [
    (lambda: Intervention(0, 0, "add", float("nan")), "beyond what is taken here"),
    (lambda: Intervention(0, 0, "set", 1e38), "beyond what is taken here, -1,000,000 to 1,000,000"),
    (lambda: Intervention(0, 0, "scale", 10**400), "beyond what is taken here"),
    (lambda: Intervention(0, 0, "scale", float("-inf")), "beyond what is taken here"),
    (lambda: Intervention(0, 0, "add"), "add needs a number as its value"),
    (lambda: Intervention(0, 0, "ablate", 3.0), "ablate takes the value"),
    (lambda: Intervention(0, 0, "add", 1.0, [-1]), "positions are counted from 0"),
    (lambda: AskTopUnits(text="a", min_activation=10**400), "give a number"),
    (lambda: AskTopUnits(text="a", max_density=float("nan")), "give a number"),
    (lambda: AskTopUnits(text="a", k=0), "k: 0 is not from 1 to 100"),
]


@pytest.mark.parametrize(("make", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_what_cannot_be_done_is_refused_where_it_is_asked(make: Callable[[], Any], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        make()


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (Intervention(0, 24, "add", 1.0), "layer 0 has units 0 to 23, and no 24"),
        (Intervention(0, -1, "add", 1.0), "layer 0 has units 0 to 23, and no -1"),
        (Intervention(7, 0, "add", 1.0), "layer 7: this source"),
        (Intervention(0, 0, "add", 1.0, source="nobody"), "there is no SAE 'nobody' here; registered are: none"),
        (Intervention(0, 0, "add", 1.0, [3, 900]), "position 900 is beyond the text, whose last token is"),
        (Intervention(0, 0, "ablate", "mean"), "the mean of 0:0 is not known here"),
    ],
)
def test_what_is_not_there_is_refused_and_the_next_ask_works(
    one: Intervention, sentence: str, gpt2: Subject, count_hooks: Any
) -> None:
    live, hooks = Live(gpt2), count_hooks(gpt2)
    before = live.predictions(TEXT)
    for ask in (
        AskPredictions(text=TEXT, interventions=[one]),
        AskTopUnits(text=TEXT, interventions=[one]),
        AskActivations(text=TEXT, units=[UnitPlace(0, 0)], interventions=[one]),
    ):
        (found,) = live.answer([ask])
        assert isinstance(found, BadInput)
        assert sentence in str(found)
        assert count_hooks(gpt2) == hooks
    assert live.predictions(TEXT) == before


@pytest.mark.parametrize("op", ["add", "set"])
def test_numbers_that_overflow_are_refused_and_the_next_ask_works(op: Any, tiny_gpt2: Path, count_hooks: Any) -> None:
    from neuronscope.subject import load_subject

    subject = load_subject(str(tiny_gpt2), "float16")
    live, hooks = Live(subject), count_hooks(subject)
    before = live.predictions(TEXT)
    strong = [Intervention(0, unit, op, 1e6) for unit in range(24)]
    for ask in (
        AskPredictions(text=TEXT, interventions=strong),
        AskTopUnits(text=TEXT, interventions=strong),
        AskActivations(text=TEXT, units=[UnitPlace(0, 3)], interventions=strong),
    ):
        (found,) = live.answer([ask])
        assert isinstance(found, BadInput)
        assert "smaller values" in str(found)
        assert count_hooks(subject) == hooks
    with pytest.raises(BadInput, match="smaller values"):
        list(live.generate(AskGeneration(text=TEXT, interventions=strong)))
    assert count_hooks(subject) == hooks
    assert live.predictions(TEXT) == before


@pytest.mark.parametrize(("op", "value"), [("add", 1.0), ("set", 1.0)])
def test_heads_are_scaled_or_ablated_only(op: Any, value: float, gpt2: Subject) -> None:
    live = Live(gpt2, source=open_source(gpt2, "attn"))
    (found,) = live.answer([AskPredictions(text=TEXT, interventions=[Intervention(0, 1, op, value)])])
    assert isinstance(found, BadInput)
    assert "can be scaled or ablated to zero only" in str(found)


def test_a_splice_of_what_is_no_sae_or_of_nothing_is_refused(gpt2: Subject) -> None:
    live = Live(gpt2, saes={"dims": open_source(gpt2, "resid")})
    for names, sentence in ((["dims"], "is no SAE"), ([], "names no SAE"), (["x"], "registered are: dims")):
        (found,) = live.answer([AskPredictions(text=TEXT, splice=Splice(names))])
        assert isinstance(found, BadInput)
        assert sentence in str(found)


def test_a_reader_that_stops_early_leaves_no_hook(gpt2: Subject, count_hooks: Any) -> None:
    hooks = count_hooks(gpt2)
    steps = Live(gpt2).generate(AskGeneration(text=TEXT, interventions=[Intervention(0, 0, "set", 1.0)]))
    next(steps)
    next(steps)
    assert count_hooks(gpt2) == hooks
    steps.close()  # type: ignore[attr-defined]
    assert count_hooks(gpt2) == hooks


def test_other_threads_run_the_model_as_it_is(gpt2: Subject, logits_of: Logits) -> None:
    """While one thread asks for changes again and again, another sees none of them and never fails."""
    live, ids = Live(gpt2), list(range(10, 22))
    expected, through = logits_of(gpt2, ids), threading.Event()

    def look() -> int:
        edited = 0
        while not through.is_set():
            edited += not torch.equal(logits_of(gpt2, ids), expected)
        return edited

    ask = AskPredictions(text=TEXT, interventions=[Intervention(layer, 3, "set", 50.0) for layer in (0, 1)])
    with ThreadPoolExecutor(2) as pool:
        looking = [pool.submit(look) for _ in range(2)]
        found = [live.answer([ask])[0] for _ in range(40)]
        through.set()
    assert [one.result() for one in looking] == [0, 0]
    assert all(one == found[0] for one in found)
