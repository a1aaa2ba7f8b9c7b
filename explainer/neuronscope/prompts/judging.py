"""An explanation and texts to the messages by which a model judges them, and its answers back. Pure.

Detection shows texts as they are; fuzzing marks tokens, ``[[like this]]``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Literal

from neuronscope.messages import Message
from neuronscope.prompts.listing import plain_text
from neuronscope.prompts.nouns import Excerpt
from neuronscope.prompts.templates import JudgeExample, Templates

Task = Literal["detection", "fuzzing"]
YES, NO = "yes", "no"
_OPEN, _CLOSE = "[[", "]]"
_ANSWER = re.compile(r"[^a-z0-9]*(yes|no)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"^\W*(?:text\s*)?([0-9]{1,4})\W+(yes|no)\b", re.IGNORECASE | re.MULTILINE)


def shown_text(excerpt: Excerpt, marked: Collection[int] = ()) -> str:
    """The excerpt's text without ignored positions; neighbouring marked tokens stand between one pair of marks.

    What looks like a mark in the text itself is parted (``[ [``), so that marks are ours alone.
    """
    text = ""
    inside = False
    for position, token in enumerate(excerpt.tokens):
        if position in excerpt.ignored or not token:
            continue
        if (position in marked) != inside:
            text += "\0" if not inside else "\1"
            inside = not inside
        text += token.replace("\0", "").replace("\1", "")
    return _marks(plain_text(_parted(text + ("\1" if inside else ""))))


def judge_messages(
    templates: Templates, task: Task, examples: Sequence[JudgeExample], explanation: str, texts: Sequence[str]
) -> tuple[Message, ...]:
    """One message for all of an explanation's texts, numbered from 1; ``texts`` as ``shown_text`` has them."""
    messages = [Message("system", templates.text(f"{task}-system"))]
    for example in examples:
        shown = _example_texts(example)
        messages.append(_asked(templates, f"{task}-user", example.explanation, _numbered(shown)))
        answers = [f"{number}: {_word(answer)}" for number, answer in enumerate(example.answers, start=1)]
        messages.append(Message("assistant", "\n".join(answers)))
    return (*messages, _asked(templates, f"{task}-user", explanation, _numbered(texts)))


def one_messages(
    templates: Templates, task: Task, examples: Sequence[JudgeExample], explanation: str, text: str
) -> tuple[Message, ...]:
    """For one text, answered with one word; every text of an example is a turn of its own."""
    messages = [Message("system", templates.text(f"{task}-one-system"))]
    for example in examples:
        for shown, answer in zip(_example_texts(example), example.answers, strict=True):
            messages.append(_asked(templates, f"{task}-one-user", example.explanation, shown, slot="text"))
            messages.append(Message("assistant", _word(answer)))
    return (*messages, _asked(templates, f"{task}-one-user", explanation, text, slot="text"))


def parse_answer(text: str) -> bool | None:
    """Yes or no, where the reply begins with it; None where it does not."""
    found = _ANSWER.match(text)
    return None if found is None else found.group(1).lower() == YES


def parse_answers(text: str, many: int) -> list[bool | None]:
    """The answers by number, from 1 to ``many``; None where a number is missing, or has both answers."""
    said: dict[int, set[bool]] = {}
    for number, word in _NUMBERED.findall(text):
        said.setdefault(int(number), set()).add(word.lower() == YES)
    answers = (said.get(number, set()) for number in range(1, many + 1))
    return [next(iter(found)) if len(found) == 1 else None for found in answers]


def _asked(templates: Templates, name: str, explanation: str, shown: str, *, slot: str = "texts") -> Message:
    about = plain_text(explanation.strip().removesuffix("."))
    return Message("user", templates.text(name, {"explanation": about, slot: shown}))


def _numbered(texts: Sequence[str]) -> str:
    """Each text on one line."""
    return "\n".join(f"{number}: {' '.join(text.split())}" for number, text in enumerate(texts, start=1))


def _example_texts(example: JudgeExample) -> list[str]:
    return [
        shown_text(Excerpt(tokens), frozenset(marked))
        for tokens, marked in zip(example.texts, example.marks, strict=True)
    ]


def _word(answer: bool) -> str:
    return YES if answer else NO


def _parted(text: str) -> str:
    """No two brackets beside each other, whatever marks will stand between them."""
    return re.sub(r"(?<=\[)(?=[\0\1]*\[)|(?<=\])(?=[\0\1]*\])", " ", text)


def _marks(text: str) -> str:
    """The placeholders as marks; a blank before a token stays outside, where text has it."""
    return re.sub(r"\0(\s*)", rf"\1{_OPEN}", text).replace("\1", _CLOSE)
