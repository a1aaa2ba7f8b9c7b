"""The prompts of the explainers as whole texts, as messages and as one text, with examples and without."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from neuronscope.explain.templates import load_templates
from neuronscope.llm.forms import as_text
from neuronscope.messages import Message
from neuronscope.prompts.explaining import Asking, Example, Job, cut, explain_messages, listed, sizes, whole
from neuronscope.prompts.fitting import Kept
from neuronscope.prompts.templates import ContrastiveExample, ExplainExample, PeakExample, TokenSpaceExample
from neuronscope.records import ActivationRecord

GOLDEN = Path(__file__).parent / "golden"
TEMPLATES = load_templates()

# An ignored first token, a character of several tokens, line ends, tabs, marks of a tokenizer, slots of a template.
STRONG = ActivationRecord(
    ["The", " café", " 🙂", "", "\n\n", "\tx", " {unit}", "<|im_end|>", " C:\\new", " end"],
    [90.0, 4.0, 3.9, 1.0, 0.0, -2.0, 0.5, 0.0, 0.39, 2.0],
    ignored=[0],
)
SPARSE = ActivationRecord(list("abcdefghijkl"), [0.0] * 11 + [4.0])
SILENT = ActivationRecord([" no", " café", " here"], [0.0, 0.3, 0.5])

OWN: dict[Job, Example] = {
    "pairs": ExplainExample((listed(STRONG, 4.0), listed(SPARSE, 4.0)), ()),
    "token-space": TokenSpaceExample((" café", "\n", '"', "<s>", " 🙂", "ly"), ()),
    "peak": PeakExample((" café", "l"), (" 🙂",), (), ()),
    "contrastive": ContrastiveExample((listed(STRONG, 4.0),), (listed(SILENT, 4.0),), ()),
}
JOBS: tuple[Job, ...] = ("pairs", "token-space", "peak", "contrastive")


def asking(job: Job, few_shot: str | None, numbered: int = 1, *, begun: bool = False) -> Asking:
    sets = TEMPLATES.few_shot(few_shot)
    examples: dict[Job, tuple[Example, ...]] = {
        "pairs": sets.pairs,
        "token-space": sets.token_space,
        "peak": sets.peak,
        "contrastive": sets.contrastive,
    }
    return Asking(job, TEMPLATES, examples[job], numbered, begun)


def messages_of(asked: Asking) -> tuple[Message, ...]:
    own = OWN[asked.job]
    return explain_messages(asked, own, whole(asked, own))


def as_turns(messages: Sequence[Message]) -> str:
    """Messages as a file shows them."""
    return "".join(f"[{message.role}]\n{message.content}\n" for message in messages)


def golden(name: str) -> str:
    return (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("few_shot", ["default", "short", None])
def test_the_messages_are_this_text(job: Job, few_shot: str | None) -> None:
    assert as_turns(messages_of(asking(job, few_shot))) == golden(f"explain-{job}-{few_shot or 'none'}-chat")


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("few_shot", ["default", "short", None])
def test_the_one_text_for_models_without_messages_is_this(job: Job, few_shot: str | None) -> None:
    text = as_text(messages_of(asking(job, few_shot, begun=True)))
    assert text + "\n" == golden(f"explain-{job}-{few_shot or 'none'}-text")


def test_the_messages_whose_answer_is_begun_are_this_text() -> None:
    assert as_turns(messages_of(asking("pairs", "short", begun=True))) == golden("explain-pairs-begun-chat")


@pytest.mark.parametrize(("job", "numbered"), [("peak", 1), ("pairs", 3), ("token-space", 2)])
def test_labels_and_lists_are_not_begun(job: Job, numbered: int) -> None:
    for few_shot in ("default", None):
        begun = messages_of(asking(job, few_shot, numbered, begun=True))
        assert begun == messages_of(asking(job, few_shot, numbered))


@pytest.mark.parametrize("job", JOBS)
def test_the_messages_that_ask_for_a_list_are_this_text(job: Job) -> None:
    assert as_turns(messages_of(asking(job, "default", 4))) == golden(f"explain-{job}-numbered-chat")


def test_what_is_shown_of_a_record_leaves_out_what_does_not_count() -> None:
    shown = listed(STRONG, 4.0)
    assert shown.tokens == (" café", " 🙂", "\n\n", "\tx", " {unit}", "<|im_end|>", " C:\\new", " end")
    assert shown.numbers == (10, 9, 0, 0, 1, 0, 0, 5)
    assert listed(STRONG, None).numbers == (0,) * 8


@pytest.mark.parametrize("job", JOBS)
def test_examples_and_records_that_are_left_out_are_not_in_the_messages(job: Job) -> None:
    asked, own = asking(job, "default"), OWN[job]
    ones = tuple(min(size, 1) for size in sizes(own))
    messages = explain_messages(asked, own, Kept((tuple(1 for _ in sizes(asked.examples[0])),), ones))
    assert [message.role for message in messages] == ["system", "user", "assistant", "user"]
    assert messages[2].content == asked.examples[0].explanations[0]
    first = explain_messages(asked, cut(own, ones), Kept((), ones))[-1].content
    assert messages[-1].content == first.replace("Unit 1\n", "Unit 2\n")
    assert len(messages[1].content) < len(messages_of(asked)[1].content)


def test_all_examples_of_all_sets_are_shown_whole_and_end_in_an_answer() -> None:
    for job in JOBS:
        for few_shot in TEMPLATES.few_shot_sets:
            asked = asking(job, few_shot)
            messages = messages_of(asked)
            assert len(messages) == 2 + 2 * len(asked.examples)
            answers = [message.content for message in messages if message.role == "assistant"]
            assert answers == [example.explanations[0] for example in asked.examples]
            assert all(not answer.endswith(".") for answer in answers)
