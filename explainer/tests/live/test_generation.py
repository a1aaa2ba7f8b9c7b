"""Generation against transformers' own, token after token; what is shown of characters and stop texts on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.errors import BadInput
from neuronscope.live import AskGeneration, Generated, Intervention, Live, Step
from neuronscope.live.generating import _Text
from neuronscope.subject import Subject, decode, load_subject

TEXT = "the cat sees"
SMOLLM2 = Path(__file__).parents[3] / ".cache" / "smollm2"


def through(live: Live, **ask: Any) -> tuple[list[Step], Generated]:
    """One run without changes: its steps and its end."""
    found = list(live.generate(AskGeneration(**{"text": TEXT, "max_tokens": 24} | ask)))
    steps = [one for one in found if isinstance(one, Step)]
    assert isinstance(found[-1], Generated)
    assert [step.index for step in steps] == list(range(len(steps)))
    assert [step.token for step in steps] == found[-1].tokens
    assert [step.logprob for step in steps] == found[-1].logprobs
    return steps, found[-1]


def test_at_temperature_0_it_is_what_transformers_generates_greedily(family: Any) -> None:
    subject: Subject = family.subject
    live = Live(subject)
    for text in (TEXT, "42 -- (yes)", "你好 🙂"):
        read = live.read(AskGeneration(text=text))
        with torch.no_grad():
            own = subject.model.generate(
                torch.tensor([list(read.ids)]), do_sample=False, max_new_tokens=24, pad_token_id=1
            )[0, len(read.ids) :].tolist()
        ids = own[: own.index(0)] if 0 in own else own
        _, found = through(live, text=text)
        assert found.tokens == live._pieces.texts(ids)
        assert found.reason == ("end" if 0 in own else "max_tokens")
        whole = decode(subject.tokenizer)
        behind = whole([*read.ids, *ids]).removeprefix(whole(read.ids))
        assert found.text == behind.rstrip("\N{REPLACEMENT CHARACTER}")


def test_the_same_seed_draws_the_same_tokens_and_others_do_not(family: Any) -> None:
    live = Live(family.subject)
    runs = [through(live, temperature=1.0, seed=seed)[1] for seed in (3, 3, 4, 5)]
    assert runs[0] == runs[1]
    assert len({tuple(run.tokens) for run in runs}) > 1


@pytest.mark.parametrize("temperature", [1e-320, 1e-38, 1e-6])
def test_the_smallest_temperatures_take_the_most_likely_token(temperature: float, gpt2: Subject) -> None:
    live = Live(gpt2)
    assert through(live, temperature=temperature)[1].tokens == through(live)[1].tokens


def test_draws_follow_the_models_distribution_at_a_temperature(gpt2: Subject, logits_of: Any) -> None:
    live = Live(gpt2)
    read = live.read(AskGeneration(text=TEXT))
    expected = (logits_of(gpt2, list(read.ids))[-1] / 2.0).softmax(-1)
    first = live._pieces.texts([int(expected.argmax())])
    draws = 300
    hits = sum(through(live, temperature=2.0, seed=seed, max_tokens=1)[1].tokens == first for seed in range(draws))
    p = float(expected.max())
    assert abs(hits - draws * p) < 4 * (draws * p * (1 - p)) ** 0.5 + 1


def test_it_ends_where_the_context_does(gpt2: Subject) -> None:
    live = Live(gpt2)
    text = "a" * 120
    count = len(live.read(AskGeneration(text=text)).ids)
    _, found = through(live, text=text, max_tokens=500)
    assert (found.reason, count + len(found.tokens)) == ("context", 128)
    with pytest.raises(BadInput, match="reads 128 tokens and the text has as many: shorten it"):
        live.generate(AskGeneration(text="a" * 128))


def scripted(subject: Subject, ids: Iterable[int]) -> Subject:
    """The same tokenizer with a model that says these tokens, one after the other."""
    script = iter(ids)

    def model(**_: Any) -> Any:
        logits = torch.zeros(1, 1, subject.info.vocabulary)
        logits[0, 0, next(script)] = 9.0
        return SimpleNamespace(logits=logits)

    model.config = subject.model.config  # type: ignore[attr-defined]
    model.generation_config = subject.model.generation_config  # type: ignore[attr-defined]
    return replace(subject, model=cast(Any, model))


def said_by(subject: Subject, ids: Iterable[int], **ask: Any) -> tuple[list[str], Generated]:
    """What each step shows and the end of a run that says these tokens."""
    live = Live(subject)
    live.subject = scripted(subject, ids)
    steps, found = through(live, **ask)
    return [step.text for step in steps], found


def encoded(subject: Subject, text: str) -> list[int]:
    return [int(token) for token in subject.tokenizer(text, add_special_tokens=False)["input_ids"]]


def letters(subject: Subject, text: str) -> list[int]:
    """A token per byte of a byte-level tokenizer."""
    from neuronscope.subject.tokentexts import _byte_letters

    names = {byte: letter for letter, byte in _byte_letters().items()}
    return [int(subject.tokenizer.convert_tokens_to_ids(names[byte])) for byte in text.encode()]


@pytest.mark.parametrize("stop", ["dog", "og!", "!", "é!", "t é", " dog!x", "\u00e9"])
def test_a_stop_text_ends_it_wherever_tokens_are_cut_and_none_of_it_is_shown(stop: str, gpt2: Subject) -> None:
    whole = "a cat é!é dog!x and on"
    for ids in (letters(gpt2, whole), encoded(gpt2, whole)):
        shown, found = said_by(gpt2, ids, stop=["nowhere", stop])
        assert found.reason == "stop"
        assert found.text == whole[: whole.index(stop)]
        assert "".join(shown) == found.text


def test_what_might_have_begun_a_stop_text_is_in_the_text_when_the_model_ends(gpt2: Subject) -> None:
    _, found = said_by(gpt2, [*letters(gpt2, "a dog"), 0], stop=["doggerel"])
    assert (found.reason, found.text) == ("end", "a dog")
    shown, found = said_by(gpt2, letters(gpt2, "a dog"), stop=["doggerel"], max_tokens=5)
    assert (found.reason, found.text, "".join(shown)) == ("max_tokens", "a dog", "a dog")


@pytest.mark.parametrize("text", ["naïve 你好🙂🙂!", "🙂🙂🙂", "é"])
def test_a_character_of_several_tokens_is_shown_once_it_is_whole(text: str, gpt2: Subject) -> None:
    ids = letters(gpt2, text)
    shown, found = said_by(gpt2, ids, max_tokens=len(ids))
    assert "".join(shown) == found.text == text
    assert "\N{REPLACEMENT CHARACTER}" not in "".join(shown)
    for end in range(1, len(ids)):
        _, cut = said_by(gpt2, ids, max_tokens=end)
        assert text.startswith(cut.text)


def pieces(subject: Subject, text: str) -> list[int]:
    """A token per byte of a tokenizer that falls back to bytes."""
    return [int(subject.tokenizer.convert_tokens_to_ids(f"<0x{byte:02X}>")) for byte in text.encode()]


@pytest.fixture(scope="session")
def byte_fallback(tiny_pieces: Any) -> Subject:
    """A Llama whose decoder makes nothing of a run of bytes that does not end with a whole character."""
    return load_subject(str(tiny_pieces))


def test_a_second_emoji_of_byte_tokens_does_not_say_the_first_again(byte_fallback: Subject) -> None:
    shown, found = said_by(byte_fallback, pieces(byte_fallback, "🙂🙂你"), max_tokens=11)
    assert shown == ["", "", "", "🙂", "", "", "", "🙂", "", "", "你"]
    assert found.text == "🙂🙂你"


def test_text_goes_on_behind_bytes_that_never_become_a_character(byte_fallback: Subject) -> None:
    ids = [*pieces(byte_fallback, "🙂")[:4], *pieces(byte_fallback, "🙂")[:2], *encoded(byte_fallback, "the cat")]
    shown, found = said_by(byte_fallback, ids, max_tokens=len(ids))
    assert shown[3] == "🙂"
    assert found.text == "".join(shown)
    assert found.text.startswith("🙂")
    assert found.text.endswith("cat")


@given(st.lists(st.integers(0, 299), min_size=1, max_size=40))
def test_what_byte_level_tokens_read_as_grows_and_becomes_the_decoded_text(gpt2: Subject, ids: list[int]) -> None:
    read, before = decode(gpt2.tokenizer), encoded(gpt2, TEXT)
    text = _Text(read, before)
    told = ""
    for token in ids:
        now = text.add(token)
        assert now.startswith(told)
        told = now
    assert told == read([*before, *ids]).removeprefix(read(before)).rstrip("\N{REPLACEMENT CHARACTER}")


def test_a_chat_models_own_end_of_turn_ends_it_too(gpt2: Subject) -> None:
    """Its tokenizer ends turns with another token than its generation configuration names."""
    tokenizer = type(gpt2.tokenizer).from_pretrained(gpt2.tokenizer.name_or_path)
    tokenizer.eos_token = "<pad>"
    shown, found = said_by(replace(gpt2, tokenizer=tokenizer), [*letters(gpt2, "ok"), 1, 40, 40])
    assert (found.reason, found.text) == ("end", "ok")
    assert shown == ["o", "k"]


def test_with_and_without_go_side_by_side_and_each_ends_by_itself(gpt2: Subject) -> None:
    live = Live(gpt2)
    changes = [Intervention(1, 3, "set", 20.0)]
    found = list(live.generate(AskGeneration(text=TEXT, max_tokens=6, temperature=1.0, seed=1, interventions=changes)))
    order = [one.run for one in found if isinstance(one, Step)]
    assert order[:4] == ["without", "with", "without", "with"]
    ends = {one.run: one for one in found if isinstance(one, Generated)}
    assert set(ends) == {"without", "with"}
    _, alone = through(live, max_tokens=6, temperature=1.0, seed=1)
    assert ends["without"] == alone
    assert ends["with"].tokens != alone.tokens
    nothing = [Intervention(1, 3, "scale", 1.0)]
    found = list(live.generate(AskGeneration(text=TEXT, max_tokens=6, temperature=1.0, seed=1, interventions=nothing)))
    ends = {one.run: one for one in found if isinstance(one, Generated)}
    assert replace(ends["with"], run="without") == ends["without"]


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        ({"temperature": float("nan")}, "temperature is nan"),
        ({"temperature": -1.0}, "give a number from 0 to 10"),
        ({"max_tokens": 0}, "max_tokens: 0 is not from 1"),
        ({"stop": ["ok", "a" * 1001]}, "a text in stop has 1,001 characters; at most 1,000 are taken"),
        ({"stop": [""]}, "an empty text stands everywhere"),
        ({"seed": -1}, "seed: -1 is not from 0"),
    ],
)
def test_what_generation_cannot_do_is_refused(ask: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        AskGeneration(text=TEXT, **ask)


@pytest.mark.nightly
@pytest.mark.skipif(not SMOLLM2.is_dir(), reason="the small model is not unpacked")
def test_a_real_model_answers_a_conversation_as_transformers_has_it_answer() -> None:
    subject = load_subject(str(SMOLLM2))
    live, tokenizer = Live(subject), subject.tokenizer
    turns = [{"role": "user", "content": "Name a colour."}]
    ids = tokenizer.apply_chat_template(turns, add_generation_prompt=True, return_tensors="pt", return_dict=False)
    with torch.no_grad():
        own = subject.model.generate(ids, do_sample=False, max_new_tokens=16)[0, ids.shape[1] :].tolist()
    steps, found = through(live, text="Name a colour.<eot>", max_tokens=16)
    assert list(live.read(AskGeneration(text="Name a colour.<eot>")).ids) == ids[0].tolist()
    assert found.text == tokenizer.decode(own, skip_special_tokens=True)
    assert "".join(step.text for step in steps) == found.text
