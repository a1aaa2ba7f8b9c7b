"""Log-probabilities from a model in process against one forward pass for each place, without any cache."""

from __future__ import annotations

import asyncio
import math
import random

import pytest
import torch

from neuronscope.errors import BadInput
from neuronscope.llm import CandidateLogprobs, CandidateQuestion, LocalModel, LocalOptions, Message, TokenLogprobs
from neuronscope.llm.branching import branch_logprobs, takes_branches
from neuronscope.llm.forward import Branch, Row, next_token_logprobs

NUMBERS = tuple(map(str, range(11)))
# Tokens as subject models have them: tabs, line ends, emoji pieces, words that other tokenizers split, blanks.
TOKENS = ["the", " cat", "\\t", "\\n", "🙂", "", " unbelievably", "你", "naïve", "  ", " 42", "(", "ï", "<start>"]
TEXT = "".join(f"{token}\tunknown\n" for token in TOKENS)


def tabs(text: str) -> tuple[int, ...]:
    """The places right after each tab."""
    return tuple(index + 1 for index, character in enumerate(text) if character == "\t")


def naive_next(model: LocalModel, ids: list[int]) -> torch.Tensor:
    """float64 [vocabulary]: log-probabilities of the token after ``ids``, by a pass of its own."""
    with torch.inference_mode():
        logits = model._loaded.model(input_ids=torch.tensor([ids])).logits
    return logits[0, -1].double().log_softmax(dim=-1)


def naive_strings(model: LocalModel, text: str, strings: tuple[str, ...]) -> list[float]:
    """Probability of each string after a text, tokens multiplied one after the other, longer strings taken off."""
    tokenizer = model._loaded.tokenizer
    before = tokenizer(text)["input_ids"]
    tails = {s: tokenizer(text + s)["input_ids"][len(before) :] for s in strings}
    joint = {}
    for string, tail in tails.items():
        joint[string] = 1.0
        for i, token in enumerate(tail):
            joint[string] *= math.exp(float(naive_next(model, before + tail[:i])[token]))
    if len(tails["1"]) == 1 and tails["10"][:1] == tails["1"]:
        joint["1"] -= joint["10"]
    return [joint[string] for string in strings]


def expected_value(probabilities: list[float]) -> float:
    """Of the numbers 0 to 10."""
    return sum(v * p for v, p in enumerate(probabilities)) / sum(probabilities)


@pytest.mark.parametrize("name", ["bytes_model", "pieces_model"])
def test_expected_values_equal_those_of_one_pass_per_place(name: str, request: pytest.FixtureRequest) -> None:
    model: LocalModel = request.getfixturevalue(name)
    # The tiny GPT-2 has room for 128 tokens.
    text = TEXT if name == "pieces_model" else TEXT[: TEXT.index(" unbelievably")]
    prefix = "Numbers:\n"
    question = CandidateQuestion(prefix, (text, text[4:]), (tabs(text), tabs(text[4:])), NUMBERS)
    answer = asyncio.run(model.candidate_logprobs(question))
    assert isinstance(answer, CandidateLogprobs)
    for of_text, body in zip(answer.values, question.texts, strict=True):
        for values, place in zip(of_text, tabs(body), strict=True):
            known = [value for value in values if value is not None]
            assert len(known) == 11
            naive = naive_strings(model, prefix + body[:place], NUMBERS)
            assert [math.exp(value) for value in known] == pytest.approx(naive, rel=1e-4, abs=1e-9)
            ours = expected_value([math.exp(value) for value in known])
            assert ours == pytest.approx(expected_value(naive), abs=1e-4)


def test_expected_values_of_a_trained_model_equal_those_of_one_pass_per_place(smollm2: LocalModel) -> None:
    messages = (Message("system", "Rate each word from 0 to 10."), Message("user", "Words about animals"))
    text = " cat\tunknown\n🙂\tunknown\n unbelievably\tunknown\n"
    answer = asyncio.run(smollm2.candidate_logprobs(CandidateQuestion(messages, (text,), (tabs(text),), NUMBERS)))
    assert isinstance(answer, CandidateLogprobs)
    written = smollm2._writer.write(messages).text
    assert written.endswith("<|im_start|>assistant\n")
    for values, place in zip(answer.values[0], tabs(text), strict=True):
        ours = expected_value([math.exp(value) for value in values if value is not None])
        naive = expected_value(naive_strings(smollm2, written + text[:place], NUMBERS))
        assert ours == pytest.approx(naive, abs=1e-4)


@pytest.mark.parametrize("name", ["bytes_model", "pieces_model"])
def test_a_prompts_own_log_probabilities_equal_those_of_one_pass_per_place(
    name: str, request: pytest.FixtureRequest
) -> None:
    model: LocalModel = request.getfixturevalue(name)
    prompt = "the cat\tsees 🙂 你好 42\nnaïve"
    answer = asyncio.run(model.token_logprobs(prompt, top=3))
    assert isinstance(answer, TokenLogprobs)
    ids = model._loaded.tokenizer(prompt)["input_ids"]
    assert len(answer.tokens) == len(ids) == len(answer.offsets) == len(answer.logprobs) == len(answer.top)
    assert "".join(answer.tokens).removeprefix("<s>").strip() == prompt
    assert answer.logprobs[0] is None
    assert answer.top[0] == ()
    for i in range(1, len(ids)):
        naive = naive_next(model, ids[:i])
        assert answer.logprobs[i] == pytest.approx(float(naive[ids[i]]), abs=1e-4)
        assert [c.logprob for c in answer.top[i]] == pytest.approx(naive.topk(3).values.tolist(), abs=1e-4)


def test_a_long_prompt_goes_through_in_pieces_with_the_same_result(pieces_model: LocalModel) -> None:
    prompt = "the cat sees a tree and runs " * 90
    answer = asyncio.run(pieces_model.token_logprobs(prompt, top=0))
    assert isinstance(answer, TokenLogprobs)
    ids = torch.tensor([pieces_model._loaded.tokenizer(prompt)["input_ids"]])
    assert ids.shape[1] > 512
    with torch.inference_mode():
        whole = pieces_model._loaded.model(input_ids=ids).logits[0].log_softmax(dim=-1)
    own = whole[:-1].gather(-1, ids[0, 1:, None])[:, 0].tolist()
    assert list(answer.logprobs[1:]) == pytest.approx(own, abs=1e-4)


@pytest.mark.parametrize("name", ["bytes_model", "pieces_model"])
def test_reading_the_prefix_once_changes_nothing(name: str, request: pytest.FixtureRequest) -> None:
    model: LocalModel = request.getfixturevalue(name)
    parts = model._loaded
    whole = LocalModel(parts.model, parts.tokenizer, name="whole", options=LocalOptions(reuse=False))
    draw = random.Random(1)
    texts = tuple("".join(f"{draw.choice('abc')}\tunknown\n" for _ in range(size)) for size in (1, 5, 2, 3))
    question = CandidateQuestion("the cat sees ", texts, tuple(map(tabs, texts)), NUMBERS)
    once, again = (asyncio.run(it.candidate_logprobs(question)) for it in (model, whole))
    assert isinstance(once, CandidateLogprobs)
    assert isinstance(again, CandidateLogprobs)
    for a, b in zip(once.values, again.values, strict=True):
        for c, d in zip(a, b, strict=True):
            assert c == pytest.approx(d, abs=1e-4)


def test_branches_behind_a_row_equal_rows_of_their_own(pieces_model: LocalModel) -> None:
    model = pieces_model._loaded.model
    assert takes_branches(model)
    draw = random.Random(2)
    base = [draw.randrange(3, 300) for _ in range(9)]
    rows = [
        Row([*base, *(draw.randrange(3, 300) for _ in range(size))], [10, 9 + size], branches)
        for size, branches in ((3, [Branch(10, (5,)), Branch(12, (7, 8, 9))]), (6, []), (2, [Branch(11, (4, 4))]))
    ]
    behind, apart = (dict(branch_logprobs(model, rows, behind=way)) for way in (True, False))
    for number, row in enumerate(rows):
        assert behind[number].shape == (row.asked, model.config.vocab_size)
        torch.testing.assert_close(behind[number], apart[number], atol=1e-4, rtol=0)


def test_models_with_windows_or_positions_by_distance_get_rows_of_their_own() -> None:
    from transformers import AutoConfig, AutoModelForCausalLM

    torch.manual_seed(0)
    sizes = {"vocab_size": 300, "hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 20}
    windowed = AutoConfig.for_model("mistral", num_key_value_heads=2, num_hidden_layers=2, sliding_window=4, **sizes)
    distance = AutoConfig.for_model("bloom", vocab_size=300, hidden_size=16, n_layer=2, n_head=2)
    for config in (windowed, distance):
        model = AutoModelForCausalLM.from_config(config).eval()
        assert not takes_branches(model)
        ids = [[*range(20, 30), *tail] for tail in ((3, 4, 5), (8, 9))]
        rows = [Row(row, [len(row)], [Branch(11, (7,))]) for row in ids]
        found = dict(branch_logprobs(model, rows, behind=False))
        for number, row in enumerate(ids):
            for got, whole in zip(found[number], (row, [*row[:11], 7]), strict=True):
                with torch.inference_mode():
                    naive = model(input_ids=torch.tensor([whole])).logits[0, -1].log_softmax(dim=-1)
                torch.testing.assert_close(got, naive, atol=1e-4, rtol=0)


def test_rows_that_ask_for_nothing_cost_nothing(pieces_model: LocalModel) -> None:
    model = pieces_model._loaded.model
    assert list(next_token_logprobs(model, [Row([1, 2, 3], []), Row([1], [])])) == []
    found = dict(next_token_logprobs(model, [Row([1, 2, 3], []), Row([1, 5], [1, 2])]))
    assert list(found) == [1]


def test_a_place_inside_a_token_is_read_from_the_text_before_it(pieces_model: LocalModel) -> None:
    text = "the cat sees the tree"
    inside = next(
        place
        for place in range(2, 20)
        if pieces_model._writer.tokens(pieces_model._writer.write(text)).before(place) is None
        and text[place - 1] != " "
    )
    question = CandidateQuestion(text[:1], (text[1:],), ((inside - 1,),), ("\t", "\n"))
    answer = asyncio.run(pieces_model.candidate_logprobs(question))
    assert isinstance(answer, CandidateLogprobs)
    before = pieces_model._loaded.tokenizer(text[:inside])["input_ids"]
    naive = naive_next(pieces_model, before)
    ids = [pieces_model._writer.ids_after("a", c)[0] for c in ("\t", "\n")]
    assert answer.values[0][0] == pytest.approx([float(naive[i]) for i in ids], abs=1e-4)


def test_candidates_that_cannot_be_told_apart_or_written_are_refused(bytes_model: LocalModel) -> None:
    def ask(prefix: str, *candidates: str, offsets: tuple[int, ...] = (0,)) -> None:
        asyncio.run(bytes_model.candidate_logprobs(CandidateQuestion(prefix, ("x",), (offsets,), candidates)))

    with pytest.raises(BadInput, match="nothing stands before"):
        ask("", "1")
    with pytest.raises(BadInput, match="together with ' '"):
        ask("the ", "the")
    with pytest.raises(BadInput, match="differ"):
        ask("a\t", "1", "1")


def test_texts_longer_than_the_context_are_rejected_with_both_numbers(bytes_model: LocalModel) -> None:
    text = "cat\tunknown\n" * 40
    answer = asyncio.run(bytes_model.candidate_logprobs(CandidateQuestion("a", (text,), (tabs(text),), NUMBERS)))
    assert getattr(answer, "kind", None) == "rejected"
    assert "reads 128 at most" in getattr(answer, "reason", "")
