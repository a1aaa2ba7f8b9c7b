"""Edits of a running model: by whom they are seen, in which order, and that nothing stays of them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch

from neuronscope.errors import BadInput
from neuronscope.subject import Subject, load_subject
from neuronscope.subject.edits import Edit, edited
from neuronscope.subject.forward import new_cache, read_hooks, read_logits
from neuronscope.subject.hooks import find_hook

pytestmark = pytest.mark.usefixtures("one_thread")
POST = "blocks.1.hook_resid_post"


def hooks_of(subject: Subject) -> int:
    return sum(len(module._forward_hooks) + len(module._forward_pre_hooks) for module in subject.model.modules())


@pytest.mark.parametrize("model", ["gpt2", "llama", "neox"])
@pytest.mark.parametrize(
    "hook",
    ["blocks.1.hook_resid_pre", POST, "blocks.0.mlp.hook_post", "blocks.1.hook_mlp_in", "blocks.1.hook_attn_out"],
)
def test_what_takes_the_place_of_values_is_what_the_model_reads_on(
    model: str, hook: str, request: Any, ids: torch.Tensor
) -> None:
    subject: Subject = request.getfixturevalue(model)
    before, hooks = read_logits(subject, ids), hooks_of(subject)
    seen: list[tuple[tuple[int, ...], int]] = []

    def double(values: torch.Tensor, begin: int) -> torch.Tensor:
        seen.append((tuple(values.shape), begin))
        return values * 2

    was = read_hooks(subject, ids, [hook])[hook]
    with edited(subject, [Edit(find_hook(subject, hook), double)]) as state:
        state.sequences = len(ids)
        now = read_hooks(subject, ids, [hook])[hook]
        logits = read_logits(subject, ids)
    assert torch.equal(now, was * 2)
    assert not torch.allclose(logits, before)
    assert seen == [((3, 8, was.shape[-1]), 0)] * 2
    assert torch.equal(read_logits(subject, ids), before)
    assert hooks_of(subject) == hooks


def test_edits_at_one_place_follow_each_other_in_their_order(gpt2: Subject, ids: torch.Tensor) -> None:
    point = find_hook(gpt2, POST)
    was = read_hooks(gpt2, ids, [POST])[POST]
    edits = [Edit(point, lambda x, _: x + 1), Edit(point, lambda x, _: x * 3), Edit(point, lambda _, __: None)]
    with edited(gpt2, edits):
        assert torch.equal(read_hooks(gpt2, ids, [POST])[POST], (was + 1) * 3)


def test_values_come_back_in_the_models_dtype(tiny_llama: Any, ids: torch.Tensor) -> None:
    subject = load_subject(str(tiny_llama), "bfloat16")
    with edited(subject, [Edit(find_hook(subject, POST), lambda x, _: x.float() * 1.5)]):
        assert read_hooks(subject, ids, [POST])[POST].dtype == torch.bfloat16
        assert read_logits(subject, ids).dtype == torch.bfloat16


@pytest.mark.parametrize("model", ["gpt2", "llama"])
def test_a_point_that_can_only_be_read_is_read_and_never_written(model: str, request: Any, ids: torch.Tensor) -> None:
    subject: Subject = request.getfixturevalue(model)
    name = "blocks.1.ln2.hook_normalized"
    point, hooks, got = find_hook(subject, name), hooks_of(subject), []

    def look(values: torch.Tensor, _: int) -> None:
        got.append(values.clone())

    with pytest.raises(BadInput, match="can be read and not changed"), edited(subject, [Edit(point, look)]):
        pass
    assert hooks_of(subject) == hooks
    before = read_logits(subject, ids)
    with edited(subject, [Edit(point, look, reads=True)]) as state:
        state.sequences = len(ids)
        assert torch.equal(read_logits(subject, ids), before)
    assert torch.equal(got[0], read_hooks(subject, ids, [name])[name])


def test_a_change_that_fails_leaves_no_hook(gpt2: Subject, ids: torch.Tensor) -> None:
    hooks = hooks_of(gpt2)

    def fail(_: torch.Tensor, __: int) -> None:
        raise BadInput("no")

    edits = [Edit(find_hook(gpt2, POST), fail), Edit(find_hook(gpt2, "blocks.0.hook_resid_pre"), lambda x, _: x)]
    with pytest.raises(BadInput, match="no"), edited(gpt2, edits):
        read_logits(gpt2, ids)
    assert hooks_of(gpt2) == hooks


@pytest.mark.parametrize("hook", ["blocks.1.hook_resid_pre", POST])
def test_another_thread_bears_that_an_edit_is_taken_away_while_it_is_in_the_module(
    hook: str, gpt2: Subject, ids: torch.Tensor
) -> None:
    """What is hooked is listed when a module is entered, so the hook may be called once more afterwards."""
    entered, gone = threading.Event(), threading.Event()
    point, expected = find_hook(gpt2, hook), read_logits(gpt2, ids)
    module = gpt2.model.get_submodule(point.module)

    def wait(*_: Any) -> None:
        if threading.current_thread() is not threading.main_thread():
            entered.set()
            assert gone.wait(20)

    handle = module.register_forward_pre_hook(wait) if point.side == "input" else module.register_forward_hook(wait)
    try:
        with ThreadPoolExecutor(1) as pool:
            with edited(gpt2, [Edit(point, lambda x, _: x * 2)]):
                other = pool.submit(read_logits, gpt2, ids)
                assert entered.wait(20)
            gone.set()
            assert torch.equal(other.result(), expected)
    finally:
        handle.remove()


@pytest.mark.parametrize("hook", ["blocks.1.hook_resid_pre", POST])
def test_another_thread_bears_that_what_reads_is_taken_away_while_it_is_in_the_module(
    hook: str, gpt2: Subject, ids: torch.Tensor
) -> None:
    from neuronscope.subject.activations import hooked

    entered, gone = threading.Event(), threading.Event()
    point, expected = find_hook(gpt2, hook), read_logits(gpt2, ids)
    module = gpt2.model.get_submodule(point.module)

    def wait(*_: Any) -> None:
        if threading.current_thread() is not threading.main_thread():
            entered.set()
            assert gone.wait(20)

    handle = module.register_forward_pre_hook(wait) if point.side == "input" else module.register_forward_hook(wait)
    try:
        with ThreadPoolExecutor(1) as pool:
            with hooked(gpt2, [point]):
                other = pool.submit(read_logits, gpt2, ids)
                assert entered.wait(20)
            gone.set()
            assert torch.equal(other.result(), expected)
    finally:
        handle.remove()


@pytest.mark.parametrize("model", ["gpt2", "llama", "neox"])
def test_a_pass_that_goes_on_from_a_cache_knows_where_it_begins(model: str, request: Any) -> None:
    subject: Subject = request.getfixturevalue(model)
    whole = torch.arange(10, 22)[None]
    cache, begins = new_cache(subject), []

    def change(values: torch.Tensor, begin: int) -> torch.Tensor:
        begins.append((begin, values.shape[1]))
        number = torch.arange(begin, begin + values.shape[1])[None, :, None]
        return values + number * torch.linspace(-0.1, 0.1, values.shape[-1])

    edits = [Edit(find_hook(subject, "blocks.0.hook_resid_post"), change)]
    with edited(subject, edits):
        expected = read_logits(subject, whole)
    found = []
    with edited(subject, edits) as state:
        for first, last in [(0, 7), (7, 8), (8, 12)]:
            state.first = first
            found.append(read_logits(subject, whole[:, first:last], cache=cache))
    torch.testing.assert_close(torch.cat(found, 1), expected, rtol=1e-4, atol=1e-4)
    assert begins == [(0, 12), (0, 7), (7, 1), (8, 4)]
    only = read_logits(subject, whole, last=True)
    torch.testing.assert_close(only, read_logits(subject, whole)[:, -1:], rtol=1e-4, atol=1e-4)
