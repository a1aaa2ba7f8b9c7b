"""A model's name in, a model that answers out: ``openai:MODEL@URL``, a folder, a ``.gguf`` file, or ``none``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from neuronscope.errors import BadInput
from neuronscope.llm.accounting import Prices
from neuronscope.llm.balanced import Balanced
from neuronscope.llm.cache import Cached
from neuronscope.llm.local import LocalModel, LocalOptions
from neuronscope.llm.openai_server import OpenAIServer, ServerOptions
from neuronscope.llm.protocol import LanguageModel
from neuronscope.messages import PromptForm

_FORMS = (
    "write openai:MODEL or openai:MODEL@URL for a server, /path or ./path for a model folder, "
    "a file that ends in .gguf, or none"
)


@dataclass(frozen=True)
class OpenOptions:
    """How models are opened; what is for servers and what is for models in process stand side by side.

    ``base_url`` and ``key`` are for servers that are named without a URL and with one; ``cache`` is a file in which
    answers are kept. ``prompt_form`` None: chat, but text for a model in process without a chat template.
    """

    base_url: str | None = None
    key: str | None = field(default=None, repr=False)
    prompt_form: PromptForm | None = None
    context_tokens: int | None = None
    concurrency: int = 8
    timeout: float = 120.0
    max_retries: int = 5
    prices: Prices | None = None
    dtype: str = "float32"
    device: str = "auto"
    cache: Path | None = None


@dataclass(frozen=True)
class ServerName:
    """A model's name on a server; no URL: the usual one."""

    model: str
    url: str | None


def open_llm(names: str | Sequence[str], options: OpenOptions = OpenOptions()) -> LanguageModel | None:
    """Open the models that are named, several as one that balances between them; ``none`` gives None.

    :raises BadInput: another form of name, no such model, none beside others, or a server without a URL.
    """
    given = [names] if isinstance(names, str) else list(names)
    if not given:
        raise BadInput(f"no model is named: {_FORMS}")
    if "none" in given:
        if len(given) > 1:
            raise BadInput("none stands beside other models: leave it out, or give it alone")
        return None
    models = [_open(name, options) for name in given]
    model = models[0] if len(models) == 1 else Balanced(models)
    return model if options.cache is None else Cached(model, options.cache)


def _open(name: str, options: OpenOptions) -> LanguageModel:
    if name.startswith("openai:"):
        return _server(server_name(name), options)
    if name.startswith(("/", "./")) or name.lower().endswith(".gguf"):
        local = LocalOptions(options.prompt_form, options.context_tokens)
        return LocalModel.load(name, dtype=options.dtype, device=options.device, options=local)
    hint = f" (for a folder of that name ./{name})" if Path(name).is_dir() else ""
    raise BadInput(f"{name!r} names no model{hint}: {_FORMS}")


def server_name(name: str) -> ServerName:
    """Part ``openai:MODEL[@URL]``; a model's name may hold an @ itself.

    :raises BadInput: no model, or what follows @ is a host without http:// before it.
    """
    text = name.removeprefix("openai:")
    for mark in ("@http://", "@https://"):
        if mark in text:
            model, _, rest = text.partition(mark)
            return _named(model, mark[1:] + rest)
    _, at, end = text.rpartition("@")
    if at and (":" in end or "/" in end or end == "localhost"):
        raise BadInput(f"{end!r} after the @ is no URL: write http:// or https:// before the host")
    return _named(text, None)


def _named(model: str, url: str | None) -> ServerName:
    if not model or model.startswith("@"):
        raise BadInput("the model has no name: write openai:MODEL or openai:MODEL@URL")
    return ServerName(model, url)


def _server(name: ServerName, options: OpenOptions) -> OpenAIServer:
    url = name.url or options.base_url
    if url is None:
        raise BadInput(f"no server is named for {name.model}: write openai:{name.model}@URL, or give a base URL")
    asked = ServerOptions(
        prompt_form=options.prompt_form or "chat",
        concurrency=options.concurrency,
        timeout=options.timeout,
        max_retries=options.max_retries,
        prices=options.prices,
        context_tokens=options.context_tokens,
    )
    return OpenAIServer(name.model, url, key=options.key, options=asked)
