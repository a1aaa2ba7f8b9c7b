"""A model in process: prompts in, completions or exact log-probabilities out.

One thread runs the model; what is asked meanwhile waits, and is then answered together, as many rows as fit a batch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from neuronscope.errors import BadInput
from neuronscope.llm.accounting import Account, Totals
from neuronscope.llm.completing import Completer
from neuronscope.llm.forward import keeps_only_attention
from neuronscope.llm.loading import Loaded, fingerprint, load
from neuronscope.llm.protocol import (
    CandidateLogprobs,
    CandidateQuestion,
    Failure,
    Reply,
    Sampling,
    TokenLogprobs,
    check_prompt,
)
from neuronscope.llm.reading import CandidateReader, read_tokens
from neuronscope.llm.writing import Writer
from neuronscope.messages import Description, Prompt, PromptForm

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

T = TypeVar("T")

_DEFAULT = Sampling()


@dataclass(frozen=True)
class LocalOptions:
    """How a model in process is asked.

    ``prompt_form`` None: chat where the model has a template. ``context_tokens`` None: as long as the model says.
    ``rows`` is how many completions are written together. ``reuse``: what prompts share is read once.
    """

    prompt_form: PromptForm | None = None
    context_tokens: int | None = None
    rows: int = 16
    reuse: bool = True


class LocalModel:
    """A LanguageModel in this process. The model must not be run by anyone else at the same time."""

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        name: str,
        options: LocalOptions = LocalOptions(),
    ) -> None:
        """:raises BadInput: a recurrent model, or the chat form for a model without a template."""
        if not keeps_only_attention(model):
            raise BadInput(f"{name} ({type(model).__name__}) is not all attention: use another model, or a server")
        self._loaded = Loaded(model, tokenizer, name)
        self._options = options
        self._writer = Writer(tokenizer, form=options.prompt_form)
        self._candidates = CandidateReader(model, self._writer, reuse=options.reuse)
        self._account = Account()
        self._completer = Completer(model, self._writer, rows=options.rows, limit=self._limit)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="neuronscope-llm")

    @classmethod
    def load(
        cls,
        path: str,
        *,
        dtype: str = "float32",
        device: str = "auto",
        options: LocalOptions = LocalOptions(),
    ) -> LocalModel:
        """From a model folder, a hub id or a ``.gguf`` file.

        :raises BadInput: see ``loading.load``.
        """
        loaded = load(path, dtype=dtype, device=device)
        return cls(loaded.model, loaded.tokenizer, name=loaded.name, options=options)

    def __repr__(self) -> str:
        return f"LocalModel({self._loaded.name!r})"

    def describe(self) -> Description:
        """What is known of it; the first time takes a look at all weights."""
        dtype = str(self._loaded.model.dtype).removeprefix("torch.")
        form, context = self._writer.form, self.context_tokens
        return Description(self._loaded.name, "local", form, context, hash=self._hash, dtype=dtype)

    @cached_property
    def _hash(self) -> str:
        return fingerprint(self._loaded.model, self._loaded.tokenizer)

    @property
    def context_tokens(self) -> int | None:
        """The longest prompt and answer together."""
        config = self._loaded.model.config.get_text_config()
        own: int | None = getattr(config, "max_position_embeddings", None)
        known = [length for length in (own, self._options.context_tokens) if length is not None]
        return min(known) if known else None

    def totals(self) -> Totals:
        """What was asked of it so far."""
        return self._account.totals()

    def count_tokens(self, prompt: Prompt) -> int:
        """Tokens of a prompt, as the model reads it."""
        check_prompt(prompt)
        return len(self._writer.ids(self._writer.write(prompt)))

    async def close(self) -> None:
        """End the thread; what waits is not answered."""
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)

    async def complete(self, prompt: Prompt, n: int = 1, *, sampling: Sampling = _DEFAULT) -> Reply:
        """``n`` completions; a prompt that is too long is a failure.

        :raises BadInput: the model's template refuses the messages.
        """
        check_prompt(prompt, n)
        waiting = self._completer.add(prompt, n, sampling)
        self._thread.submit(self._completer.run)
        reply = await asyncio.wrap_future(waiting)
        self._account.add_request(reply.usage.prompt_tokens, reply.usage.completion_tokens)
        self._account.add_failures(choice.kind for choice in reply.choices if isinstance(choice, Failure))
        return reply

    async def token_logprobs(self, prompt: str, *, top: int = 5) -> TokenLogprobs | Failure:
        """Exact, for any text the model can read."""
        check_prompt(prompt)
        return await self._counted(
            lambda: read_tokens(self._loaded.model, self._writer, prompt, top=top, limit=self._limit)
        )

    async def candidate_logprobs(self, question: CandidateQuestion) -> CandidateLogprobs | Failure:
        """Exact, for candidates of any number of tokens.

        :raises BadInput: candidates that the tokenizer writes together with the text before them, or cannot write.
        """
        return await self._counted(lambda: self._candidates.read(question, limit=self._limit))

    async def _counted(self, work: Callable[[], tuple[T | Failure, int]]) -> T | Failure:
        """Run something that reads tokens on the model's thread, and count them."""
        answer, tokens = await asyncio.wrap_future(self._thread.submit(work))
        self._account.add_request(tokens, 0)
        if isinstance(answer, Failure):
            self._account.add_failures([answer.kind])
        return answer

    def _limit(self, tokens: int) -> Failure | None:
        longest = self.context_tokens
        if longest is None or tokens <= longest:
            return None
        return Failure(
            "rejected", f"prompt and answer are {tokens} tokens, {self._loaded.name} reads {longest} at most"
        )
