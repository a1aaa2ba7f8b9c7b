"""What was typed to what the model reads: a prompt in, token ids with their texts out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from neuronscope.display import display_tokens
from neuronscope.errors import BadInput
from neuronscope.live.asks import Prompt
from neuronscope.messages import END_OF_TURN, Message, going_on, turns
from neuronscope.subject import Positions, Subject, decode
from neuronscope.subject.tokens import checked_ids, encode_checked, positions, refuse_halves

if TYPE_CHECKING:
    from neuronscope.dataset import Manifest
    from neuronscope.subject import Source

# What apply_chat_template takes beside what templates read. A template of the asker's own would be a program to run.
_RESERVED = frozenset(
    {"conversation", "chat_template", "add_generation_prompt", "continue_final_message", "tokenize", "padding"}
    | {"truncation", "max_length", "return_tensors", "return_dict", "return_assistant_tokens_mask", "tokenizer_kwargs"}
)


@dataclass(frozen=True)
class Read:
    """A prompt as the model reads it."""

    ids: tuple[int, ...]  # BOS first where it is put there
    prefix: int  # how many of the ids are before the text: 0 or 1
    tokens: tuple[str, ...]  # of the text; joined they are it
    counted: int  # the first token that maxima and strongest units count

    @property
    def ignored(self) -> list[int] | None:
        """Tokens that nothing counts, as records say it."""
        return list(range(self.counted)) or None


def rule_of(subject: Subject, source: Source, manifest: Manifest | None) -> Positions:
    """How the first position is treated: as the dataset was collated, else as the source or the tokenizer wants it.

    :raises BadInput: BOS is asked for and the tokenizer has none.
    """
    said = None if manifest is None else manifest.source.bos
    wanted = {"prepended": True, "first-position-ignored": False}.get(said or "", source.prepend_bos)
    return positions(subject.info, include_special=said == "included", prepend_bos=wanted)


def read_prompt(subject: Subject, prompt: Prompt, rule: Positions, *, longest: int) -> Read:
    """Token ids of the prompt, and the strings of its tokens.

    :param longest: how many tokens are taken, BOS among them.
    :raises BadInput: neither text nor messages or both, nothing in them, too many tokens, half of a surrogate pair, or
        messages for a model without a chat template.
    """
    text = _text(subject, prompt)
    if prompt.bos is not None:
        rule = positions(subject.info, include_special=rule.rule == "included", prepend_bos=prompt.bos)
    if len(text) > longest * 100:  # before minutes are spent on it: no tokenizer makes tokens of 100 characters
        raise BadInput(f"the text has {len(text):,} characters; at most {longest:,} tokens are taken: shorten it")
    ids = encode_checked(subject.tokenizer, text)
    if ids and ids[0] == subject.info.bos_id and (rule.prefix or is_chat(prompt)):
        # A chat template writes BOS itself, and so may a person: never twice.
        rule, ids = positions(subject.info, include_special=rule.rule == "included", prepend_bos=True), ids[1:]
    ids = checked_ids(subject.info, ids, before=len(rule.prefix))
    if len(rule.prefix) + len(ids) > longest:
        raise BadInput(
            f"the text has {len(ids):,} tokens; at most {longest - len(rule.prefix):,} are taken: shorten it"
        )
    tokens = display_tokens(ids, decode(subject.tokenizer))
    counted = rule.counted - len(rule.prefix)
    return Read((*rule.prefix, *ids), len(rule.prefix), tuple(tokens), max(0, counted))


def is_chat(prompt: Prompt) -> bool:
    """Whether the prompt is a conversation, which the model's chat template writes."""
    return prompt.messages is not None or (not prompt.plain and END_OF_TURN in (prompt.text or ""))


def _text(subject: Subject, prompt: Prompt) -> str:
    if (prompt.text is None) == (prompt.messages is None):
        raise BadInput("give a text or messages, and not both")
    messages = prompt.messages
    if messages is None:
        assert prompt.text is not None
        messages = None if prompt.plain else turns(prompt.text)
        if messages is None:
            return prompt.text
    return _templated(subject, messages, prompt.template or {})


def _templated(subject: Subject, messages: list[Message], arguments: dict[str, Any]) -> str:
    """The conversation as the model was trained to see it; one that ends with the assistant goes on from there."""
    messages, begun = going_on(messages)
    if not messages:
        raise BadInput("messages are empty: give at least one, of the user")
    tokenizer = subject.tokenizer
    if not tokenizer.chat_template:
        raise BadInput(f"{subject.info.name} has no chat template, so it reads texts and no messages")
    if reserved := _RESERVED & set(arguments):
        raise BadInput(
            f"{min(reserved)} cannot be set: the template is the tokenizer's own, and messages that end with the "
            "assistant's are gone on with"
        )
    said = [{"role": message.role, "content": message.content} for message in messages]
    for message in messages:
        refuse_halves(message.content)
    try:
        rendered = tokenizer.apply_chat_template(
            said, tokenize=False, add_generation_prompt=not begun, continue_final_message=begun, **arguments
        )
    except Exception as error:  # templates are programs of their own, with errors of their own
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise BadInput(f"the chat template of {subject.info.name} refuses these messages: {reason}") from error
    return str(rendered)
