"""Dashboards of typed text: what a function gives, what the widget asks, chats, scales, and a file of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from neuronscope.dashboards import OnlineFeatureCentricDashboard, OnlineFeatureDashboard
from neuronscope.dashboards.widget import reply
from neuronscope.errors import BadInput


class Letters:
    """A tokenizer whose tokens are characters, with a BOS and a chat template if wanted."""

    bos_token_id = 0

    def __init__(self, *, chat: bool = False) -> None:
        self.chat_template = "yes" if chat else None

    def __call__(self, text: str, *, add_special_tokens: bool = True) -> dict[str, list[int]]:
        return {"input_ids": [0] * add_special_tokens + [ord(letter) for letter in text]}

    def decode(self, ids: list[int], *, skip_special_tokens: bool = False) -> str:
        return "".join("^" if one == 0 and not skip_special_tokens else chr(one) for one in ids)

    def apply_chat_template(
        self, said: list[dict[str, str]], *, tokenize: bool, add_generation_prompt: bool, continue_final_message: bool
    ) -> str:
        assert not tokenize
        assert add_generation_prompt is not continue_final_message
        turns = [f"[{one['role'][0]}]{one['content']}" for one in said]
        return "".join(turns) + ("[a]" if add_generation_prompt else "")


def vowels(text: str, features: list[int]) -> list[list[float]]:
    """Feature n fires by n on vowels, minus n on blanks."""
    return [[feature * (("aeiou".find(letter) >= 0) - (letter == " ")) for feature in features] for letter in text]


def make(function: Any = vowels, **options: Any) -> OnlineFeatureDashboard:
    return OnlineFeatureDashboard(function, options.pop("tokenizer", Letters()), **options)


def test_a_function_of_lists_arrays_or_tensors_is_taken() -> None:
    import numpy as np
    import torch

    for kind in (list, np.array, lambda rows: torch.tensor(rows, dtype=torch.bfloat16, requires_grad=True)):
        answer = make(
            lambda text, features, kind=kind: kind([[float(v) for v in r] for r in vowels(text, features)])
        ).read("a b", [2, 3])
        assert answer.tokens == ["a", " ", "b"]
        assert [unit.activations for unit in answer.units] == [[2.0, -2.0, 0.0], [3.0, -3.0, 0.0]]


def test_rows_may_count_the_special_tokens_and_bos_stays_uncoloured() -> None:
    answer = make(lambda text, features: [[99.0], *vowels(text, features)]).read("ab", [1])
    assert (answer.tokens, answer.ignored) == (["^", "a", "b"], [0])
    assert answer.units[0].max == 1.0
    assert make().read("ab", [1]).ignored is None


def test_subclassing_one_method_does_too() -> None:
    class Own(OnlineFeatureDashboard):
        def get_feature_activation(self, text: str, feature_indices: list[int]) -> list[list[float]]:
            return vowels(text, feature_indices)

    assert Own(tokenizer=Letters()).read("a", [4]).units[0].activations == [4]


def test_maxima_are_those_given_or_the_largest_seen_so_far() -> None:
    def limits(dashboard: OnlineFeatureDashboard, text: str = "a") -> list[float | None]:
        return [unit.max for unit in dashboard.read(text, [1, 2]).units]

    assert limits(make(max_acts=9)) == [9.0, 9.0]
    assert limits(make(max_acts={1: 5.0})) == [5.0, 2.0]
    assert limits(make(), "b") == [None, None]
    seen = make(lambda text, features: [[feature * float(text) for feature in features] for _ in text])
    assert [limits(seen, text) for text in ("3", "2", "5")] == [[3.0, 6.0], [3.0, 6.0], [5.0, 10.0]]


def test_what_is_not_finite_has_no_number_and_no_colour() -> None:
    unit = make(lambda *_: [[math.nan], [math.inf], [1.0]]).read("abc", [1]).units[0]
    assert (unit.activations, unit.max) == ([None, None, 1.0], 1.0)


def raising(*_: object) -> object:
    raise KeyError("layer 9")


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda *_: {"a": 1}, r"gave a dict, where \[tokens, 2\] belongs"),
        (lambda *_: [1.0, 2.0], r"gave \[2\] numbers, where \[tokens, 2\]"),
        (lambda *_: [[[1.0, 2.0]] * 3], r"gave \[1, 3, 2\] numbers.*leave out the first axis"),
        (lambda *_: [[1.0]] * 3, r"gave \[3, 1\] numbers"),
        (lambda *_: [[1.0, 2.0], [1.0]], "row 1 is not 2 numbers long"),
        (lambda *_: [[1.0, "x"]] * 3, "'x' in row 0 is no number"),
        (lambda *_: [[1.0, 2.0]] * 7, "gave 7 rows, and the tokenizer makes 4 or 3 tokens"),
        (lambda *_: [], r"gave \[0\] numbers"),
        (raising, "get_feature_activation failed: KeyError: 'layer 9'"),
    ],
)
def test_a_function_that_gives_something_else_is_told_what(function: Any, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        make(function).read("abc", [1, 2])


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: OnlineFeatureDashboard(tokenizer=Letters()), "nothing computes activations"),
        (lambda: OnlineFeatureDashboard(vowels), "a tokenizer is needed"),
        (lambda: make(features=["2:3"]), "'2:3' is no feature"),
        (lambda: make(features=[1, 2, 3], highlighted=[1, 2, 3]), "3 features are highlighted; one or two can be"),
        (lambda: make(features=[1], highlighted=[2]), "highlighted names 2, which is not among features: 1"),
        (lambda: make(features=[1], tooltip=[2]), "tooltip names 2"),
        (lambda: make(max_acts={1: 0}), "max_acts of 1 is 0"),
        (lambda: make(max_acts=math.nan), "max_acts is nan"),
        (lambda: make(scale="log"), "scale 'log'"),
        (lambda: make(hilighted=[1]), "there is no option 'hilighted'; there are features, highlighted"),
        (lambda: make().read("", [1]), "there is no text"),
        (lambda: make().read("a"), "no features are computed"),
        (lambda: make().read("a<eot>", [1]), "no chat template"),
        (lambda: make().respond("a", [1]), "no model to answer"),
        (lambda: make(generate_model_response=lambda _: 7).respond("a", [1]), "gave a int, where a string"),
        (lambda: make(generate_model_response=raising).respond("a", [1]), "generate_model_response failed: KeyError"),
        (lambda: make(tokenizer=object()).read("a", [1]), "no tokenizer"),
    ],
)
def test_a_dashboard_or_an_ask_that_cannot_be_says_why(made: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        made()


def test_a_conversation_is_read_through_the_chat_template() -> None:
    heard: list[str] = []

    def function(text: str, features: list[int]) -> list[list[float]]:
        heard.append(text)
        return vowels(text, features)

    def speaks(text: str) -> str:
        heard.append(text)
        return "ok"

    dashboard = make(function, tokenizer=Letters(chat=True), generate_model_response=speaks)
    assert dashboard.responds
    assert "".join(dashboard.read("hi<eot>yo", [1]).tokens) == "[u]hi[a]yo"
    answer = dashboard.respond("hi<eot>yo<eot>and", [1])
    assert answer.text == "hi<eot>yo<eot>and<eot>ok"
    assert heard[1:] == ["[u]hi[a]yo[u]and[a]", "[u]hi[a]yo[u]and[a]ok"]
    assert dashboard.respond("plain", [1]).text == "plainok"
    assert not make().responds


def test_the_widget_is_answered_and_its_state_begins_with_the_text(script: Path) -> None:
    assert script.is_dir()
    dashboard = make(features=[1, 2], names={2: "second"}, text="a b", scale="shared", colours=[("#112233", "#445566")])
    payload = dashboard.payload()
    assert payload.head.online is not None
    assert payload.head.online.answer is not None
    assert (payload.head.kind, payload.head.online.highlighted, payload.head.online.tooltip) == (
        "online",
        ["1"],
        ["1", "2"],
    )
    assert [(entry.key, entry.name, entry.max) for entry in payload.head.directory] == [
        ("1", None, 1.0),
        ("2", "second", 2.0),
    ]
    said = reply(dashboard, {"id": 1, "ask": "activations", "text": "io", "units": ["7"]})
    assert said is not None
    assert said["answer"]["units"] == [{"key": "7", "name": None, "max": 7.0, "activations": [7.0, 7.0]}]
    wrong = reply(dashboard, {"id": 2, "ask": "activations", "text": "io", "units": ["x"]})
    assert wrong is not None
    assert "'x' is no unit" in wrong["error"]
    refused = reply(dashboard, {"id": 3, "ask": "respond", "text": "io", "units": ["7"]})
    assert refused is not None
    assert "no model" in refused["error"]


@pytest.mark.parametrize(
    "ask",
    [
        {"ask": "activations"},
        {"ask": "activations", "text": 7, "units": ["1"]},
        {"ask": "activations", "text": "a", "units": [None]},
        {"ask": "activations", "text": "a", "units": 7},
        {"ask": "save", "answer": 7},
        {"ask": "save"},
        {"ask": "save", "answer": {"text": "a", "units": [{}]}},
        {},
    ],
)
def test_a_message_that_makes_no_sense_is_answered_with_a_sentence(ask: dict[str, Any]) -> None:
    said = reply(make(features=[1]), {"id": 9} | ask)
    assert said is not None
    assert set(said) == {"id", "error"}


def test_what_is_saved_is_what_is_shown_computed_again(
    script: Path, parsed: Callable[[str], Any], unpacked: Callable[[str], Any]
) -> None:
    assert script.is_dir()
    dashboard = make(features=[1, 2, 3], title="<b>title")
    shown = {"text": "a <b> i", "tokens": ["lie"], "units": [{"key": "3"}, {"key": "2", "activations": [99]}]}
    ask = {"ask": "save", "answer": shown, "highlighted": ["2", "3", "9"], "tooltip": ["3"], "scale": "shared"}
    said = reply(dashboard, {"id": 1} | ask)
    assert said is not None
    page = parsed(said["answer"]["html"])
    assert page.heatmaps == ["a <b> i"]
    assert "b" not in page.names()
    (head,) = unpacked(said["answer"]["html"])
    assert head["online"]["highlighted"] == ["2", "3"]
    assert head["online"]["answer"]["units"][1]["activations"][0] == 2
    assert (head["look"]["scale"], head["online"]["responds"]) == ("shared", False)


def test_hostile_text_is_text_in_the_file_and_in_the_notebook(
    script: Path, tmp_path: Path, hostile_tokens: list[str], parsed: Callable[[str], Any]
) -> None:
    assert script.is_dir()
    text = "".join(hostile_tokens)
    dashboard = make(features=[1, 2], highlighted=[1, 2], text=text, names={1: "<img>", 2: "</script>"})
    for shown in (dashboard.export_html(tmp_path / "x.html").read_bytes().decode(), dashboard._repr_html_()):
        page = parsed(shown)
        assert page.heatmaps == [text]
        assert not page.names() & {"img", "b"}
    assert "There is no text yet" in make()._repr_html_()


def test_the_longer_names_are_the_same_things() -> None:
    assert OnlineFeatureCentricDashboard is OnlineFeatureDashboard
    assert OnlineFeatureDashboard.export_to_html is OnlineFeatureDashboard.export_html
