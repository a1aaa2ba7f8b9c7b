"""Completions in process: against the library's own generation, alone and in batches."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from pathlib import Path

import pytest
import torch

from neuronscope.errors import BadInput
from neuronscope.llm import Completion, Failure, LocalModel, LocalOptions, Message, Reply, Sampling
from neuronscope.llm.loading import load

PROMPTS = ["the cat sees", "a dog", "the cat sees a tree and runs under the house while", "42 -- (yes)"]


def all_of(model: LocalModel, prompts: list[str], n: int = 1, **settings: object) -> list[Reply]:
    """Asked in one go."""

    async def main() -> list[Reply]:
        sampling = Sampling(**settings)  # type: ignore[arg-type]
        return list(await asyncio.gather(*(model.complete(prompt, n, sampling=sampling) for prompt in prompts)))

    return asyncio.run(main())


def texts(replies: list[Reply]) -> list[str]:
    """The texts of all choices."""
    return [choice.text for reply in replies for choice in reply.choices if isinstance(choice, Completion)]


@pytest.mark.parametrize("name", ["bytes_model", "pieces_model"])
def test_the_likeliest_tokens_are_those_of_the_librarys_generation(name: str, request: pytest.FixtureRequest) -> None:
    model: LocalModel = request.getfixturevalue(name)
    tokenizer, torch_model = model._loaded.tokenizer, model._loaded.model
    replies = all_of(model, PROMPTS, temperature=0, max_tokens=12, top_logprobs=1)
    for prompt, reply in zip(PROMPTS, replies, strict=True):
        ids = tokenizer(prompt, return_tensors="pt")["input_ids"]
        options = {"attention_mask": torch.ones_like(ids), "do_sample": False, "max_new_tokens": 12, "pad_token_id": 1}
        out = torch_model.generate(input_ids=ids, **options)[0]
        new = out[ids.shape[1] :].tolist()
        (choice,) = reply.choices
        assert isinstance(choice, Completion)
        head = tokenizer.decode(ids[0, -1:], skip_special_tokens=True)
        assert head + choice.text == tokenizer.decode([int(ids[0, -1]), *new], skip_special_tokens=True)
        assert choice.logprobs is not None
        assert reply.usage.completion_tokens == len(new)


def test_log_probabilities_of_written_tokens_are_those_of_a_pass_over_them(pieces_model: LocalModel) -> None:
    (reply,) = all_of(pieces_model, PROMPTS[:1], temperature=0, max_tokens=6, top_logprobs=3)
    (choice,) = reply.choices
    assert isinstance(choice, Completion)
    assert choice.logprobs is not None
    ids = pieces_model._loaded.tokenizer(PROMPTS[0])["input_ids"]
    for token in choice.logprobs:
        with torch.inference_mode():
            logits = pieces_model._loaded.model(input_ids=torch.tensor([ids])).logits[0, -1]
        best = logits.log_softmax(dim=-1).topk(3)
        assert [c.logprob for c in token.top] == pytest.approx(best.values.tolist(), abs=1e-4)
        assert token.logprob == pytest.approx(float(best.values[0]), abs=1e-4)
        ids = [*ids, int(best.indices[0])]


def test_a_seed_gives_the_same_texts_alone_and_among_others(pieces_model: LocalModel) -> None:
    settings = {"temperature": 1.0, "max_tokens": 8, "seed": 3}
    together = all_of(pieces_model, PROMPTS, 2, **settings)
    alone = [all_of(pieces_model, [prompt], 2, **settings)[0] for prompt in PROMPTS]
    assert texts(together) == texts(alone)
    assert len(set(texts(together))) > len(PROMPTS)  # the two of a prompt differ
    assert texts(all_of(pieces_model, PROMPTS, 2, **settings | {"seed": 4})) != texts(together)


def test_a_choice_is_drawn_with_its_probability_and_only_from_top_p() -> None:
    from neuronscope.llm.decoding import _choose

    logits = torch.tensor([0.5, 0.3, 0.15, 0.05]).log().repeat(4000, 1)
    draws = [torch.Generator().manual_seed(seed) for seed in range(4000)]
    counts = _choose(logits, Sampling(temperature=1.0), draws).bincount(minlength=4) / 4000
    assert counts.tolist() == pytest.approx([0.5, 0.3, 0.15, 0.05], abs=0.03)
    counts = _choose(logits, Sampling(temperature=1.0, top_p=0.7), draws).bincount(minlength=4) / 4000
    assert counts.tolist() == pytest.approx([0.625, 0.375, 0, 0], abs=0.03)
    squared = torch.tensor([0.5, 0.3, 0.15, 0.05]) ** 2
    counts = _choose(logits, Sampling(temperature=0.5), draws).bincount(minlength=4) / 4000
    assert counts.tolist() == pytest.approx((squared / squared.sum()).tolist(), abs=0.03)


def test_a_stop_string_ends_the_text_before_it(pieces_model: LocalModel) -> None:
    (whole,) = texts(all_of(pieces_model, PROMPTS[:1], temperature=0, max_tokens=12))
    stop = whole[4:6]
    (reply,) = all_of(pieces_model, PROMPTS[:1], temperature=0, max_tokens=12, stop=(stop,), top_logprobs=0)
    (choice,) = reply.choices
    assert isinstance(choice, Completion)
    assert choice.text == whole[: whole.index(stop)]
    assert choice.finish_reason == "stop"
    assert reply.usage.completion_tokens is not None
    assert reply.usage.completion_tokens <= 12


def test_a_trained_model_answers_messages_and_ends_by_itself(smollm2: LocalModel) -> None:
    messages = [Message("system", "Answer with one word."), Message("user", "What is the capital of France?")]
    reply = asyncio.run(smollm2.complete(messages, sampling=Sampling(temperature=0, max_tokens=30)))
    (choice,) = reply.choices
    assert isinstance(choice, Completion)
    assert "Paris" in choice.text
    assert choice.finish_reason == "stop"
    assert "<|im_end|>" not in choice.text


def test_a_prompt_that_is_too_long_is_a_failure_and_the_others_are_answered(bytes_model: LocalModel) -> None:
    before = bytes_model.totals().failures.get("rejected", 0)
    good, bad = all_of(bytes_model, ["the cat", "the cat sees " * 60], temperature=0, max_tokens=4, top_logprobs=0)
    assert isinstance(good.choices[0], Completion)
    assert isinstance(bad.choices[0], Failure)
    assert bad.choices[0].kind == "rejected"
    assert bytes_model.totals().failures["rejected"] == before + 1


def test_an_error_of_the_model_reaches_everyone_who_waits(tiny_gpt2: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = LocalModel.load(str(tiny_gpt2))
    monkeypatch.setattr(model._loaded.model, "forward", None)  # whatever it is, no one may wait for ever

    async def main() -> list[object]:
        asked = (model.complete(prompt, sampling=Sampling(max_tokens=4)) for prompt in PROMPTS)
        return list(await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), timeout=60))

    assert all(isinstance(answer, TypeError) for answer in asyncio.run(main()))


def test_a_shorter_context_can_be_given(tiny_gpt2: Path) -> None:
    model = LocalModel.load(str(tiny_gpt2), options=LocalOptions(context_tokens=20))
    (reply,) = all_of(model, ["the cat"], max_tokens=20)
    assert "reads 20 at most" in str(reply.choices[0])
    assert model.describe().context_tokens == 20


def test_it_can_be_asked_from_several_threads_at_once(pieces_model: LocalModel) -> None:
    found: dict[int, list[str]] = {}

    def work(index: int) -> None:
        found[index] = texts(all_of(pieces_model, PROMPTS, temperature=0, max_tokens=6, top_logprobs=0))

    threads = [threading.Thread(target=work, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found[index] == found[0] for index in range(4))


def test_the_hash_follows_weights_and_template_and_not_the_folder(tiny_gpt2: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(tiny_gpt2, tmp_path / "copied"))
    original, copy = (LocalModel.load(str(path)).describe() for path in (tiny_gpt2, copied))
    assert original.hash == copy.hash
    assert (original.name, copy.name, copy.kind, copy.dtype) == (tiny_gpt2.name, "copied", "local", "float32")
    settings = json.loads((copied / "tokenizer_config.json").read_text())
    (copied / "tokenizer_config.json").write_text(json.dumps(settings | {"chat_template": "{{ messages }}"}))
    assert LocalModel.load(str(copied)).describe().hash != original.hash
    loaded = load(str(tiny_gpt2))
    next(loaded.model.parameters()).data[0, 0] += 1
    changed = LocalModel(loaded.model, loaded.tokenizer, name="changed")
    assert changed.describe().hash != original.hash


def test_what_cannot_be_loaded_says_so(tiny_gpt2: Path) -> None:
    with pytest.raises(BadInput, match="no such model folder or file"):
        LocalModel.load("/no/such/model")
    with pytest.raises(BadInput, match="dtype 'int3'"):
        LocalModel.load(str(tiny_gpt2), dtype="int3")
    with pytest.raises(BadInput, match="device 'moon'"):
        LocalModel.load(str(tiny_gpt2), device="moon")


def test_a_model_that_is_not_all_attention_is_refused() -> None:
    from transformers import AutoConfig, AutoModelForCausalLM

    config = AutoConfig.for_model("mamba", vocab_size=50, hidden_size=16, num_hidden_layers=1, state_size=4)
    with pytest.raises(BadInput, match="not all attention"):
        LocalModel(AutoModelForCausalLM.from_config(config), None, name="recurrent")
