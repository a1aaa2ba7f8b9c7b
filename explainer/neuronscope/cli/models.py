"""The language models that people name, opened: names and settings in, models out. The environment is read here."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuronscope.dataset.localcache import cache_home
from neuronscope.errors import BadInput

if TYPE_CHECKING:
    from neuronscope.llm import LanguageModel, Prices
    from neuronscope.messages import PromptForm

_CACHE = "answers.sqlite"


@dataclass(frozen=True)
class ModelSettings:
    """How models are asked, as it was typed. Prices are US dollars for a million tokens."""

    prompt_form: str | None = None
    context_tokens: int | None = None
    concurrency: int = 8
    cache: bool = True
    price_input: float | None = None
    price_output: float | None = None
    dtype: str = "float32"
    device: str = "auto"


def open_models(
    names: Sequence[str], settings: ModelSettings | None = None, *, environ: Mapping[str, str] = os.environ
) -> LanguageModel | None:
    """The models of these names, balanced where there are several; ``none`` is None.

    Servers that are named without a URL are at ``OPENAI_BASE_URL``; the key is in ``OPENAI_API_KEY``. Answers are kept
    in the cache folder of this machine unless the settings say otherwise.

    :raises BadInput: no names, no such model, one price without the other, or another prompt form than chat and text.
    """
    from neuronscope.llm import OpenOptions, open_llm

    asked = settings or ModelSettings()
    if not names:
        raise BadInput(
            "name a language model with --llm: openai:MODEL or openai:MODEL@URL for a server, a model's folder like "
            "./folder, a file that ends in .gguf, or none"
        )
    options = OpenOptions(
        base_url=environ.get("OPENAI_BASE_URL") or None,
        key=environ.get("OPENAI_API_KEY") or None,
        prompt_form=_form(asked.prompt_form),
        context_tokens=asked.context_tokens,
        concurrency=asked.concurrency,
        prices=_prices(asked),
        dtype=asked.dtype,
        device=asked.device,
        cache=cache_home(environ) / _CACHE if asked.cache else None,
    )
    return open_llm(list(names), options)


def _form(text: str | None) -> PromptForm | None:
    if text in ("chat", "text", None):
        return text  # type: ignore[return-value]  # one of the three
    raise BadInput(f"prompt form {text!r} is unknown: choose chat or text")


def _prices(settings: ModelSettings) -> Prices | None:
    from neuronscope.llm import Prices

    read, written = settings.price_input, settings.price_output
    if read is None and written is None:
        return None
    if read is None or written is None or read < 0 or written < 0:
        raise BadInput("prices are --price-input and --price-output together, US dollars for a million tokens, from 0")
    return Prices(read, written)
