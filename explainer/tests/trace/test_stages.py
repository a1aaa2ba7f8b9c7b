"""A trace in parts: what it says of itself on the way, and that others can use the model between two parts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
import torch

from neuronscope.errors import BadInput
from neuronscope.subject import Subject, encode
from neuronscope.trace import TraceOptions, TraceReport, loss, trace
from neuronscope.trace.stages import Stage, Stages, finish, pieces
from neuronscope.trace.tracing import tracing

TEXT = "the cat sees a dog"


def in_parts(subject: Subject, options: TraceOptions, told: list[TraceReport]) -> Iterator[Stage]:
    found = yield from tracing(subject, TEXT, loss(), options=options)
    report = yield from found.reporting(verify=40, edges=40)
    told.append(report)


@pytest.mark.parametrize("method", ["patching", "integrated_gradients", "exact"])
def test_others_run_the_model_between_two_parts_and_neither_notices(subject: Subject, method: str) -> None:
    options = TraceOptions(method=method, keep=40, steps=3)  # type: ignore[arg-type]
    ids = torch.tensor([encode(subject.tokenizer, "a dog")])
    before = subject.model(ids).logits
    said: list[Stage] = []
    told: list[TraceReport] = []
    for stage in in_parts(subject, options, told):
        said.append(stage)
        assert torch.equal(subject.model(ids).logits, before)
    assert told == [trace(subject, TEXT, loss(), options=options).report(verify=40, edges=40)]
    assert all(0 <= one.done <= one.total for one in said)
    assert all(one.done <= after.done for one, after in pairwise(said) if one.doing == after.doing)
    doing = list(dict.fromkeys(one.doing for one in said))
    assert doing[:2] == ["reading the text", "attributing layers"]
    assert set(doing[2:]) == {"replacing nodes one by one", "replacing whole layers", "following edges"}


def test_what_is_wrong_with_a_text_is_found_before_the_model_runs(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("neuronscope.trace.tracing.grow", lambda *_: pytest.fail("the model ran"))
    parts = tracing(subject, TEXT, loss(), options=TraceOptions(baseline="text", baseline_text="the cat"))
    with pytest.raises(BadInput, match="equally long"):
        next(parts)


def test_pieces_are_all_items_in_order() -> None:
    assert pieces(range(5), 2) == [range(2), range(2, 4), range(4, 5)]
    assert pieces([], 2) == []


def test_finish_gives_what_the_parts_made() -> None:
    def parts() -> Stages[str]:
        yield Stage("it", 1, 2)
        return "made"

    assert finish(parts()) == "made"
