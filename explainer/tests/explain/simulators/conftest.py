"""Short templates, a model with room for them, and a model that answers by functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from neuronscope.llm import (
    CandidateLogprobs,
    CandidateQuestion,
    Completion,
    Description,
    Failure,
    LocalModel,
    Prompt,
    Reply,
    Sampling,
    TokenLogprobs,
    Totals,
    Usage,
)
from neuronscope.prompts.templates import SLOTS, FewShot, SimulateExample, Templates

DEFAULT = Sampling()


@dataclass
class Scripted:
    """A LanguageModel that answers by functions. A word is a token to it."""

    completion: Callable[[Prompt, Sampling], Completion | Failure] = lambda _prompt, _sampling: Completion("", "stop")
    candidates: Callable[[CandidateQuestion], CandidateLogprobs | Failure] = lambda _: Failure("timeout", "late")
    description: Description = field(default_factory=lambda: Description("scripted", "local", "chat"))
    prompts: list[Prompt] = field(default_factory=list)
    questions: list[CandidateQuestion] = field(default_factory=list)
    samplings: list[Sampling] = field(default_factory=list)

    def describe(self) -> Description:
        return self.description

    def totals(self) -> Totals:
        raise NotImplementedError

    def count_tokens(self, prompt: Prompt) -> int:
        texts = [prompt] if isinstance(prompt, str) else [message.content for message in prompt]
        return sum(len(text.split()) for text in texts)

    async def complete(self, prompt: Prompt, n: int = 1, *, sampling: Sampling = DEFAULT) -> Reply:
        self.prompts.append(prompt)
        self.samplings.append(sampling)
        return Reply((self.completion(prompt, sampling),) * n, Usage(None, None))

    async def token_logprobs(self, prompt: str, *, top: int = 5) -> TokenLogprobs | Failure:
        raise NotImplementedError

    async def candidate_logprobs(self, question: CandidateQuestion) -> CandidateLogprobs | Failure:
        self.questions.append(question)
        return self.candidates(question)

    async def close(self) -> None:
        pass


@pytest.fixture
def scripted() -> type[Scripted]:
    return Scripted


@pytest.fixture(scope="session")
def terse() -> Templates:
    """Templates of a few words, with two short examples."""
    examples = (
        SimulateExample("birds", ("a", " robin", " sang"), (0, 9, 1), 1),
        SimulateExample("blue things", ("the", " sky"), (0, 8), 1),
    )
    users = {
        "simulate-user": "{unit} {explanation}",
        "one-at-a-time-user": "{unit} {explanation}\n{listing}",
        "structured-user": "{unit} {explanation}\n{tokens}",
    }
    return Templates(dict.fromkeys(SLOTS, "Rate.") | users, {"default": FewShot(simulate=examples)})


@pytest.fixture(scope="session")
def wide_bytes(save_model: Callable[..., Path]) -> LocalModel:
    """GPT-2, byte-level tokenizer, nothing before a text, 1024 positions, no chat template."""
    sizes: dict[str, Any] = {"n_embd": 16, "n_layer": 2, "n_head": 2, "n_inner": 24, "n_positions": 1024}
    return LocalModel.load(str(save_model("gpt2", **sizes)))


@pytest.fixture(scope="session")
def whole_ten(save_model: Callable[..., Path]) -> LocalModel:
    """The same, with 10 as one token, as larger models have it."""
    from neuronscope.llm.loading import load

    sizes: dict[str, Any] = {"n_embd": 16, "n_layer": 2, "n_head": 2, "n_inner": 24, "n_positions": 1024}
    loaded = load(str(save_model("gpt2", **sizes)), dtype="float32", device="cpu")
    loaded.tokenizer.add_tokens(["10"])
    loaded.model.resize_token_embeddings(len(loaded.tokenizer))
    return LocalModel(loaded.model, loaded.tokenizer, name="whole-ten")
