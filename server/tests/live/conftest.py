"""A tiny GPT-2 with a dataset collated from it, and a site where both are live."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from neuronscope_server.app import create_app
from neuronscope_server.catalog import open_catalog
from neuronscope_server.shapes import LiveOptions, Options

WORDS = ["the", "a", "cat", "dog", "sees", "runs", "under", "over", "tree", "house", "while", "light", "falls", "and"]
WORDS += ["42", "--", "naïve", "你好", "🙂"]
LENGTH = 16
TEMPLATE = (
    "{% for m in messages %}<s>{{ m['role'] }}: {{ m['content'] }}{% endfor %}"
    "{% if add_generation_prompt %}<s>assistant: {% endif %}"
)


@pytest.fixture(scope="session")
def prose() -> str:
    chooser = random.Random(3)
    return " ".join(chooser.choice(WORDS) for _ in range(3000))


@pytest.fixture(scope="session")
def model(prose: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two layers of 24 neurons, random weights, a byte-level tokenizer with a chat template."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("model") / "tiny"
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=["<s>", "<pad>"], initial_alphabet=alphabet, show_progress=False
    )
    backend.train_from_iterator([prose], trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, bos_token="<s>", pad_token="<pad>")
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)
    sizes: dict[str, Any] = {"n_embd": 16, "n_layer": 2, "n_head": 2, "n_inner": 24, "n_positions": 256}
    ids = {"bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 1}
    config = AutoConfig.for_model("gpt2", vocab_size=300, initializer_range=0.4, **ids, **sizes)
    torch.manual_seed(1)
    AutoModelForCausalLM.from_config(config).eval().save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def collated(model: Path, prose: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model's neurons over some prose, sequences of 16 tokens."""
    from neuronscope.collate import CollateOptions, collate, cut, tokenise
    from neuronscope.subject import load_subject

    root = tmp_path_factory.mktemp("collated") / "tiny"
    subject = load_subject(str(model))
    sequences = cut(tokenise([prose], subject), length=LENGTH, limit=64, name="prose", folder=None)
    collate(subject, sequences, out=root, options=CollateOptions())
    return root


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """A tiny model runs many times as fast where no threads wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


Lively = Callable[..., FlaskClient]


@pytest.fixture(scope="session")
def lively(model: Path, collated: Path, built_viewer: Path) -> Lively:
    """A client of a site with the live model, once that is loaded; ``roots`` and options may be others."""

    def start(roots: dict[str, str] | None = None, *, wait: bool = True, **options: Any) -> FlaskClient:
        live = LiveOptions("tiny", str(model), **options)
        app = create_app(open_catalog(roots or {"tiny": str(collated)}), Options(live=live), static=built_viewer)
        client = app.test_client()
        while wait and status(client)["status"] == "loading":
            time.sleep(0.02)
        return client

    return start


def status(client: FlaskClient) -> dict[str, Any]:
    """What the site says of its live model."""
    (found,) = (one for one in client.get("/api/site.json").json["models"] if one["use"] == "live")
    return dict(found)
