"""What a local model reads: prompts in, token ids out, by the model's own chat template and tokenizer; and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from neuronscope.display import display_tokens
from neuronscope.errors import BadInput
from neuronscope.llm.forms import as_text, fold_system
from neuronscope.messages import Message, Prompt, PromptForm

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_MARK = "neuronscope-system-mark"


@dataclass(frozen=True)
class Written:
    """Text as the model reads it. ``complete``: the template has put all special tokens there."""

    text: str
    complete: bool

    def __add__(self, more: str) -> Written:
        return Written(self.text + more, self.complete)


@dataclass(frozen=True)
class Tokens:
    """Token ids of a text; ``starts`` and ``ends`` are the characters that each covers (equal for special tokens)."""

    ids: list[int]
    starts: list[int]
    ends: list[int]

    def before(self, place: int) -> int | None:
        """How many tokens make up the first ``place`` characters; None where a token reaches across."""
        count = next((i for i, end in enumerate(self.ends) if end > place), len(self.ids))
        return count if all(start >= place for start in self.starts[count : count + 1]) else None


class Writer:
    """Messages and texts to token ids, for one tokenizer."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, *, form: PromptForm | None = None) -> None:
        """``form`` None: chat where the tokenizer has a template.

        :raises BadInput: chat, and there is no template.
        """
        if form == "chat" and not tokenizer.chat_template:
            raise BadInput("the model has no chat template: use the prompt form text")
        self._tokenizer = tokenizer
        self._texts: dict[int, str] = {}
        self.form: PromptForm = form or ("chat" if tokenizer.chat_template else "text")
        self._folds = self.form == "chat" and not self._knows_system()

    def write(self, prompt: Prompt) -> Written:
        """The prompt as text, open for the assistant's answer.

        :raises BadInput: the model's template refuses the messages.
        """
        if isinstance(prompt, str):
            return Written(prompt, complete=False)
        if self.form == "text":
            return Written(as_text(prompt), complete=False)
        messages = fold_system(prompt) if self._folds else list(prompt)
        try:
            return Written(self._template(messages), complete=True)
        except _template_errors() as error:
            raise BadInput(f"the model's chat template refuses these messages: {error}") from error

    def tokens(self, written: Written) -> Tokens:
        """Ids with the characters they stand for."""
        special = not written.complete and not self._begins_with_bos(written.text)
        fast = bool(self._tokenizer.is_fast)
        encoded = self._tokenizer(written.text, add_special_tokens=special, return_offsets_mapping=fast, verbose=False)
        ids = list(encoded["input_ids"])
        # Without a map of characters no place is known to lie between two tokens.
        spans = encoded["offset_mapping"] if fast else [(0, len(written.text))] * len(ids)
        return Tokens(ids, [start for start, _ in spans], [end for _, end in spans])

    def ids(self, written: Written) -> list[int]:
        """Token ids alone."""
        special = not written.complete and not self._begins_with_bos(written.text)
        return list(self._tokenizer(written.text, add_special_tokens=special, verbose=False)["input_ids"])

    def ids_after(self, before: str, text: str) -> list[int]:
        """Token ids that ``text`` has after ``before``.

        :raises BadInput: the tokenizer writes the two together, or has no token for the text.
        """
        head, whole = (self._plain(part) for part in (before, before + text))
        ids = whole[len(head) :]
        if whole[: len(head)] != head or not ids:
            raise BadInput(f"the model's tokenizer writes {text!r} together with {before!r} before it")
        if self._tokenizer.unk_token_id in ids:
            raise BadInput(f"the model's tokenizer has no token for {text!r}")
        return ids

    def _plain(self, text: str) -> list[int]:
        return list(self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]) if text else []

    def text_of(self, ids: Sequence[int], after: Sequence[int]) -> str:
        """What ``ids`` say after the ids ``after``: a decoder may drop a space at the beginning of a text."""
        head = self._decode(after[-1:])
        whole = self._decode([*after[-1:], *ids])
        return whole[len(head) :] if whole.startswith(head) else self._decode(ids)

    def token_texts(self, ids: Sequence[int]) -> list[str]:
        """One string a token, special tokens as they are written."""
        return display_tokens(ids, lambda some: str(self._tokenizer.decode(some, skip_special_tokens=False)))

    def token_text(self, token: int) -> str:
        """What one token is by itself."""
        if token not in self._texts:
            self._texts[token] = str(self._tokenizer.decode([token], skip_special_tokens=False))
        return self._texts[token]

    def _decode(self, ids: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True)) if ids else ""

    def _begins_with_bos(self, text: str) -> bool:
        bos = self._tokenizer.bos_token
        return bool(bos) and text.startswith(bos)

    def _knows_system(self) -> bool:
        """Some templates raise at a system message, others leave it out."""
        try:
            return _MARK in self._template([Message("system", _MARK), Message("user", "x")])
        except _template_errors():
            return False

    def _template(self, messages: Sequence[Message]) -> str:
        plain: list[dict[str, Any]] = [{"role": message.role, "content": message.content} for message in messages]
        continued = messages[-1].role == "assistant"
        return str(
            self._tokenizer.apply_chat_template(
                plain, tokenize=False, add_generation_prompt=not continued, continue_final_message=continued
            )
        )


def _template_errors() -> tuple[type[Exception], ...]:
    from jinja2.exceptions import TemplateError

    return (TemplateError, TypeError, ValueError, KeyError)
