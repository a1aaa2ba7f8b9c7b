"""How token ids go into the model and which positions count, and ids back to text.

In comes a tokenizer, out goes the rule for the first position (method: BOS).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from neuronscope.display import Decode
from neuronscope.errors import BadInput
from neuronscope.subject.model import Subject, SubjectInfo

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

BosRule = Literal["prepended", "first-position-ignored", "included"]


@dataclass(frozen=True)
class Positions:
    """What is put before each sequence, and from which position of the model's input on things are kept and counted."""

    rule: BosRule
    prefix: tuple[int, ...]  # ids before each sequence: BOS or nothing
    recorded: int  # first position that stands in records
    counted: int  # first position that ranking and statistics see

    @property
    def ignored(self) -> list[int] | None:
        """Positions of a record that nothing counts; None when all count."""
        return list(range(self.counted - self.recorded)) or None


def positions(info: SubjectInfo, *, include_special: bool = False, prepend_bos: bool | None = None) -> Positions:
    """The rule for one model: BOS goes in and is left out of everything, or the first position is not counted.

    Many models put a huge activation on whatever stands first; ``include_special`` counts it all the same.

    :param prepend_bos: what the source asks for, as an SAE's configuration may: True puts BOS before each sequence,
        False leaves it off, None follows the tokenizer.
    :raises BadInput: BOS is asked for, and the tokenizer has no such token.
    """
    bos = info.bos if prepend_bos is None else (info.bos_id if prepend_bos else None)
    if prepend_bos and bos is None:
        raise BadInput(f"BOS is asked for before each sequence, and the tokenizer of {info.name} has no BOS token")
    prefix = () if bos is None else (bos,)
    if include_special:
        return Positions("included", prefix, recorded=0, counted=0)
    if prefix:
        return Positions("prepended", prefix, recorded=1, counted=1)
    return Positions("first-position-ignored", prefix, recorded=0, counted=1)


def default_bos(tokenizer: PreTrainedTokenizerBase) -> int | None:
    """The BOS id if the tokenizer puts it before a text when nobody asks for anything, else None."""
    bos = tokenizer.bos_token_id
    if bos is None:
        return None
    plain = tokenizer("a", add_special_tokens=False)["input_ids"]
    special = tokenizer("a")["input_ids"]
    return int(bos) if special[:1] == [bos] and plain[:1] != [bos] else None


def encode(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    """Token ids of a text of any length, with nothing put before or after it."""
    ids = tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
    return [int(token) for token in ids]


def encode_text(subject: Subject, text: str, *, bos: bool | None = None) -> list[int]:
    """Token ids of a text as the model reads it, BOS before it where ``bos`` or the tokenizer says so; never twice.

    :raises BadInput: no tokens, more than the model has positions, half of a surrogate pair, or BOS is asked for and
        there is none.
    """
    prefix, ids = positions(subject.info, prepend_bos=bos).prefix, encode_checked(subject.tokenizer, text)
    if prefix and ids[:1] == [*prefix]:
        prefix = ()
    return [*prefix, *checked_ids(subject.info, ids, before=len(prefix))]


def encode_checked(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    """As ``encode``, of a text that anybody may have typed.

    :raises BadInput: half of a surrogate pair, which is no character and which tokenizers fail on.
    """
    refuse_halves(text)
    return encode(tokenizer, text)


def refuse_halves(text: str) -> None:
    """:raises BadInput: half of a surrogate pair is in the text."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        said = f"half of a surrogate pair (U+{ord(text[error.start]):04X}), which is no character: take it out"
        raise BadInput(f"character {error.start} of the text is {said}") from error


def checked_ids(info: SubjectInfo, ids: list[int], *, before: int = 0) -> list[int]:
    """The same ids.

    :raises BadInput: none, or more than the model has positions, ``before`` of which are taken.
    """
    if not ids:
        raise BadInput("the text is empty: type at least one token")
    if info.max_positions is not None and before + len(ids) > info.max_positions:
        most = info.max_positions - before
        raise BadInput(f"the text has {len(ids):,} tokens, and {info.name} reads {most:,} at most: shorten it")
    return ids


def decode(tokenizer: PreTrainedTokenizerBase) -> Decode:
    """The tokenizer's own decoding, special tokens kept and spaces left as they are."""

    def decode_ids(ids: Sequence[int]) -> str:
        return str(tokenizer.decode(list(ids), skip_special_tokens=False, clean_up_tokenization_spaces=False))

    return decode_ids
