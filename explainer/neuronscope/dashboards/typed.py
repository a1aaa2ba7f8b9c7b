"""What somebody types to what a model reads, for any tokenizer: chat templates, ids, and the texts of the tokens."""

from __future__ import annotations

from typing import Any

from neuronscope.dashboards.examples import plain
from neuronscope.dashboards.pieces import reader_of
from neuronscope.errors import BadInput
from neuronscope.messages import END_OF_TURN, going_on, turns


def begun_answer(text: str) -> str:
    """The text that a model goes on with: a conversation whose last turn is the user's gets one of the assistant's."""
    said = turns(text) or []
    return text + END_OF_TURN if len(said) % 2 else text


def rendered(tokenizer: Any, text: str) -> str:
    """The text as the model reads it; with ``<eot>`` between turns, the user first, by the tokenizer's chat template.

    :raises BadInput: there is no template, or it refuses the conversation.
    """
    messages = turns(text)
    if messages is None:
        return text
    if not getattr(tokenizer, "chat_template", None):
        raise BadInput(f"the tokenizer has no chat template, so {END_OF_TURN} cannot part turns: write plain text")
    messages, begun = going_on(messages)
    said = [{"role": message.role, "content": message.content} for message in messages]
    try:
        return str(
            tokenizer.apply_chat_template(
                said, tokenize=False, add_generation_prompt=not begun, continue_final_message=begun
            )
        )
    except Exception as error:  # templates are programs of their own, with errors of their own
        raise BadInput(f"the chat template refuses this conversation: {error}") from error


def encodings(tokenizer: Any, text: str) -> list[list[int]]:
    """The token ids of a text, with the special tokens that the tokenizer adds and, where that differs, without.

    :raises BadInput: it cannot encode.
    """
    found: list[list[int]] = []
    for special in (True, False):
        ids = _encoded(tokenizer, text, special=special)
        if ids not in found:
            found.append(ids)
    return found


def _encoded(tokenizer: Any, text: str, *, special: bool) -> list[int]:
    encode = tokenizer if callable(tokenizer) else getattr(tokenizer, "encode", None)
    if encode is None:
        raise BadInput(f"{type(tokenizer).__name__} is no tokenizer: it has no encode(text)")
    try:
        try:
            found = encode(text, add_special_tokens=special)
        except TypeError:  # of a tokenizer that knows nothing of them
            found = encode(text)
    except Exception as error:  # tokenizers have errors of their own
        raise BadInput(f"the tokenizer cannot read this text: {type(error).__name__}: {error}") from error
    ids = found["input_ids"] if hasattr(found, "keys") else getattr(found, "ids", found)
    return [int(one) for one in plain(ids)]


def token_texts(tokenizer: Any, ids: list[int]) -> list[str]:
    """The texts of the tokens; joined they are the text. Raises as ``reader_of``."""
    return reader_of("ids", tokenizer)(ids)


def continued(model: Any, tokenizer: Any, text: str, most: int) -> str:
    """What a model of the transformers library says next: at most ``most`` tokens, by its own generation settings.

    :raises BadInput: it cannot generate; the message has its own error.
    """
    chat_written = getattr(tokenizer, "bos_token", None) and text.startswith(str(tokenizer.bos_token))
    try:
        given = tokenizer(text, return_tensors="pt", add_special_tokens=not chat_written)
        given = {name: value.to(model.device) for name, value in given.items()}
        ids = model.generate(**given, max_new_tokens=most)[0][given["input_ids"].shape[1] :]
        return str(tokenizer.decode(ids, skip_special_tokens=True))
    except Exception as error:  # models and tokenizers have errors of their own
        raise BadInput(f"the model cannot answer: {type(error).__name__}: {error}") from error
