"""What the tests of live models share: the three families by name, hooks set by hand, and no hook left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import torch

from neuronscope.subject import Subject

TEXT = "the cat sees a dog under the naïve tree"


@dataclass(frozen=True)
class Family:
    """A tiny model, and where the parts of its layers are."""

    subject: Subject
    block: str
    projection: str  # reads the neurons
    attention: str  # reads the heads
    mlp: str
    prefix: int  # positions before a text


@pytest.fixture(autouse=True, scope="module")
def small_models_run_on_one_thread(one_thread: None) -> None:
    """All tests here run tiny models many times."""


@pytest.fixture(params=["gpt2", "llama", "neox"])
def family(request: pytest.FixtureRequest) -> Family:
    """Each of the families."""
    subject = request.getfixturevalue(request.param)
    parts = {
        "gpt2": ("transformer.h.{}", "transformer.h.{}.mlp.c_proj", "transformer.h.{}.attn.c_proj", 0),
        "llama": ("model.layers.{}", "model.layers.{}.mlp.down_proj", "model.layers.{}.self_attn.o_proj", 1),
        "neox": ("gpt_neox.layers.{}", "gpt_neox.layers.{}.mlp.dense_4h_to_h", "gpt_neox.layers.{}.attention.dense", 0),
    }
    block, projection, attention, prefix = parts[request.param]
    return Family(subject, block, projection, attention, f"{block}.mlp", prefix)


@pytest.fixture(autouse=True)
def no_hook_stays(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test the models have no hooks, whatever it did."""
    names = {"gpt2", "llama", "neox", "family"} & set(request.fixturenames)
    found = [request.getfixturevalue(name) for name in sorted(names)]
    models = [one.subject if isinstance(one, Family) else one for one in found]
    before = [hooks_of(model) for model in models]  # transformers sets some of its own
    yield
    assert [hooks_of(model) for model in models] == before


def hooks_of(subject: Subject) -> int:
    return sum(len(module._forward_hooks) + len(module._forward_pre_hooks) for module in subject.model.modules())


@pytest.fixture(scope="session")
def count_hooks() -> Callable[[Subject], int]:
    """How many hooks a model has."""
    return hooks_of


@pytest.fixture(scope="session")
def by_hand() -> Callable[..., AbstractContextManager[None]]:
    """A plain hook of torch on one module: ``change`` gets a copy of its input or its output, and edits it in place."""

    @contextmanager
    def hooked(subject: Subject, module: str, side: str, change: Callable[[torch.Tensor], Any]) -> Iterator[None]:
        def edited(values: torch.Tensor) -> torch.Tensor:
            copy = values.clone()
            change(copy)
            return copy

        def before(_: Any, inputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
            return (edited(inputs[0]), *inputs[1:])

        def after(_: Any, __: Any, output: Any) -> Any:
            return (edited(output[0]), *output[1:]) if isinstance(output, tuple) else edited(output)

        place = subject.model.get_submodule(module)
        handle = place.register_forward_pre_hook(before) if side == "input" else place.register_forward_hook(after)
        try:
            yield
        finally:
            handle.remove()

    return hooked


@pytest.fixture(scope="session")
def logits_of() -> Callable[[Subject, list[int]], torch.Tensor]:
    """transformers' own logits of one text: [position, token]."""

    def run(subject: Subject, ids: list[int]) -> torch.Tensor:
        with torch.no_grad():
            return subject.model(input_ids=torch.tensor([ids]), use_cache=False).logits[0]

    return run
