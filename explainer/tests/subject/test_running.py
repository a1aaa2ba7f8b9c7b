"""``Subject.run``: what stands at hook points for one text, against the model's own states."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from neuronscope.errors import BadInput
from neuronscope.subject import Subject

pytestmark = pytest.mark.usefixtures("one_thread")
TEXT = "the cat sees a dog"


@pytest.mark.parametrize(("model", "prefix"), [("gpt2", 0), ("llama", 1), ("neox", 0)])
def test_it_gives_the_models_own_states(model: str, prefix: int, request: Any) -> None:
    subject: Subject = request.getfixturevalue(model)
    ids = [0] * prefix + [int(i) for i in subject.tokenizer(TEXT, add_special_tokens=False)["input_ids"]]
    with torch.no_grad():
        states = subject.model(torch.tensor([ids]), output_hidden_states=True).hidden_states
    names = ["blocks.1.hook_resid_pre", "blocks.0.hook_resid_pre", "blocks.0.hook_resid_post"]
    found = subject.run(TEXT, names)
    assert set(found) == set(names)
    torch.testing.assert_close(found["blocks.0.hook_resid_pre"], states[0])
    torch.testing.assert_close(found["blocks.1.hook_resid_pre"], states[1])
    torch.testing.assert_close(found["blocks.0.hook_resid_post"], states[1])


def test_what_is_kept_is_not_written_over_by_the_model(gpt2: Subject) -> None:
    names = ["blocks.0.mlp.hook_post", "blocks.0.hook_mlp_out", "blocks.1.attn.hook_z"]
    together, again = gpt2.run(TEXT, names), {name: gpt2.run(TEXT, [name])[name] for name in names}
    assert all(torch.equal(together[name], again[name]) for name in names)


def test_bos_goes_first_where_it_is_asked_for(gpt2: Subject, llama: Subject) -> None:
    hook = "blocks.1.hook_resid_post"
    counts = [one.run(TEXT, [hook], bos=bos)[hook].shape[1] for one in (gpt2, llama) for bos in (False, True, None)]
    plain = len(gpt2.tokenizer(TEXT, add_special_tokens=False)["input_ids"])
    assert counts == [plain, plain + 1, plain, plain, plain + 1, plain + 1]


@pytest.mark.parametrize(
    ("text", "hooks", "sentence"),
    [
        (TEXT, ["blocks.7.hook_resid_post"], "has layers 0 to 1"),
        (TEXT, ["blocks.0.hook_nothing"], "there is no such hook point"),
        ("", ["blocks.0.hook_resid_post"], "the text is empty"),
        ("", [], "the text is empty"),
        ("a\ud800", ["blocks.0.hook_resid_post"], "half of a surrogate pair"),
        ("the cat " * 200, ["blocks.0.hook_resid_post"], "reads 128 at most"),
    ],
)
def test_what_cannot_be_run_is_said(text: str, hooks: list[str], sentence: str, gpt2: Subject) -> None:
    with pytest.raises(BadInput, match=sentence):
        gpt2.run(text, hooks)


def test_no_hooks_give_nothing(gpt2: Subject) -> None:
    assert gpt2.run(TEXT, []) == {}
