"""Replies of models, as they come, and the explanations in them, or why there are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope.prompts.replies import Unusable, parse_explanations

PREFIX = "This unit is active on"


@pytest.mark.parametrize(
    ("reply", "explanation"),
    [
        ("words for weather", "words for weather"),
        ("  Words for weather.\n", "Words for weather"),
        ("This unit is active on words for weather.", "words for weather"),
        ("this neuron is active on words for weather", "words for weather"),
        ("Unit 4 is active on words for weather", "words for weather"),
        ("... words for weather", "words for weather"),
        ("is active on: words for weather", "words for weather"),
        ('"This unit is active on words for weather."', "words for weather"),
        ('This unit is active on "words for weather".', "words for weather"),
        ("“words for weather”", "words for weather"),
        ("**words for weather**", "words for weather"),
        ("Explanation: words for weather", "words for weather"),
        ("Here is the phrase:\n\nwords for weather", "words for weather"),
        ("1. words for weather\n2. words for rain", "words for weather"),
        ("- words for weather", "words for weather"),
        ("words for weather:\n- rain\n- snow", "words for weather: - rain - snow"),
        ("words for weather\n\nThe tokens with high numbers are rain and snow.", "words for weather"),
        ("words for\nweather", "words for weather"),
        ('"rain" and "snow"', '"rain" and "snow"'),
        ("the word 'not'", "the word 'not'"),
        ("3.5% and other shares", "3.5% and other shares"),
        ("12:30 and other times", "12:30 and other times"),
        ("unknown quantities in algebra", "unknown quantities in algebra"),
        ("rain, snow etc...", "rain, snow etc..."),
        ("<start> tags", "<start> tags"),
        ("天气", "天气"),
        ("<think>\nrain, hail...\n\n1. so weather\n</think>\n\nwords for weather", "words for weather"),
        ("rain, so weather</think>words for weather", "words for weather"),
        ("the tag <think> in markup", "the tag <think> in markup"),
    ],
)
def test_one_explanation_is_found(reply: str, explanation: str) -> None:
    assert parse_explanations(reply, 1, PREFIX) == [explanation]


@pytest.mark.parametrize(
    "reply",
    [
        "1. words for rain\n2. words for snow.\n3. This unit is active on words for wind",
        "1) words for rain\n2) words for snow\n3) words for wind",
        "Here are 3 phrases:\n\n1. words for rain\n\n2. words for snow\n\n3. words for wind\n\nI hope this helps!",
        "- words for rain\n- words for snow\n- words for wind",
        "**1.** words for rain\n**2.** words for snow\n**3.** words for wind",
        "(1) words for rain\n(2) words for\n  snow\n(3) words for wind\n(4) words for hail",
        "words for rain\nwords for snow\nwords for wind",
        '1. "words for rain"\n2. "words for snow"\n3. "words for wind"',
    ],
)
def test_a_numbered_list_is_split(reply: str) -> None:
    assert parse_explanations(reply, 3, PREFIX) == ["words for rain", "words for snow", "words for wind"]


def test_a_list_that_is_shorter_than_asked_gives_what_came_and_failures() -> None:
    first, second, *missing = parse_explanations("1. words for rain\n2. words for snow", 4, PREFIX)
    assert (first, second) == ("words for rain", "words for snow")
    assert missing == [Unusable("unparsed", "2 of 4 explanations are in the list")] * 2


@pytest.mark.parametrize("reply", ["", "  \n\t"])
def test_no_text_is_empty(reply: str) -> None:
    (found,) = parse_explanations(reply, 1, PREFIX)
    assert isinstance(found, Unusable)
    assert found.kind == "empty"


@pytest.mark.parametrize(
    "reply",
    [
        "I'm sorry, but I can't help with that.",
        "I\u2019m sorry, I cannot say.",
        "I cannot determine what this unit does.",
        "As an AI, I have no access to the model.",
        "This unit is active on I don't know.",
        "N/A",
        "unknown",
        "None.",
        "Unable to determine a pattern.",
    ],
)
def test_a_refusal_is_no_explanation(reply: str) -> None:
    (found,) = parse_explanations(reply, 1, PREFIX)
    assert isinstance(found, Unusable)
    assert found.kind == "refused"
    assert found.reason.startswith("the model declined: ")


@pytest.mark.parametrize(
    "reply", ["...", '""', "?!", "1.", "This unit is active on", "This unit is active on ...", "a\t0\nb\t3"]
)
def test_text_without_words_or_a_listing_is_unparsed(reply: str) -> None:
    (found,) = parse_explanations(reply, 1, PREFIX)
    assert isinstance(found, Unusable)
    assert found.kind == "unparsed"


@pytest.mark.parametrize("reply", ["<think>rain, hail, so", "<think>rain</think>\n"])
def test_an_answer_that_ends_in_thoughts_is_unparsed(reply: str) -> None:
    thoughts = Unusable("unparsed", "the answer ended before the model had done thinking")
    assert parse_explanations(reply, 2, PREFIX) == [thoughts] * 2


@given(st.text(), st.integers(1, 5))
def test_whatever_comes_there_are_as_many_results_as_were_asked_for(reply: str, expected: int) -> None:
    found = parse_explanations(reply, expected, PREFIX)
    assert len(found) == expected
    for one in found:
        if isinstance(one, str):
            assert one == one.strip() != ""
            assert "\n" not in one
        else:
            assert one.reason


@given(st.lists(st.from_regex(r"[a-z]{3,8}( [a-z]{3,8}){1,4}", fullmatch=True), min_size=2, max_size=6))
def test_a_list_of_plain_phrases_comes_back_as_it_was(phrases: list[str]) -> None:
    reply = "\n".join(f"{number}. {phrase}." for number, phrase in enumerate(phrases, start=1))
    assert parse_explanations(reply, len(phrases), PREFIX) == phrases
