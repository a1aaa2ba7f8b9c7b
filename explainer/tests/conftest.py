"""Tiny real models and tokenizers, built from configurations and saved as ordinary model folders."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# How long an example takes says nothing on a machine that does other things too.
settings.register_profile("unhurried", settings(), deadline=None)
settings.load_profile("unhurried")

WORDS = ["the", "a", "cat", "dog", "sees", "runs", "under", "over", "tree", "house", "while", "light", "falls", "and"]
WORDS += ["42", "--", "(yes)", "naïve", "你好", "🙂"]

SaveModel = Callable[..., Path]


@pytest.fixture(scope="session")
def prose() -> str:
    """Random words, mostly ASCII, with characters of two, three and four bytes among them."""
    chooser = random.Random(7)
    return " ".join(chooser.choice(WORDS) for _ in range(6000))


@pytest.fixture(scope="session")
def byte_tokenizer(prose: str) -> Any:
    """A byte-level BPE tokenizer with few merges, as `tokenizers` builds it."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=["<s>", "<pad>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([prose], trainer)
    return tokenizer


@pytest.fixture(scope="session")
def save_model(byte_tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> SaveModel:
    """Save a randomly initialised causal LM of a configuration; with ``bos`` its tokenizer puts <s> before a text."""

    def save(kind: str, *, bos: bool = False, **settings: Any) -> Path:
        import torch
        from tokenizers import Tokenizer
        from tokenizers.processors import TemplateProcessing
        from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast

        folder = tmp_path_factory.mktemp(kind)
        backend = Tokenizer.from_str(byte_tokenizer.to_str())
        if bos:
            backend.post_processor = TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
        PreTrainedTokenizerFast(tokenizer_object=backend, bos_token="<s>", pad_token="<pad>").save_pretrained(folder)
        ids = {"bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 1}
        config = AutoConfig.for_model(kind, vocab_size=300, initializer_range=0.4, **ids, **settings)
        torch.manual_seed(1)
        AutoModelForCausalLM.from_config(config).eval().save_pretrained(folder)
        return folder

    return save


@pytest.fixture(scope="session")
def tiny_gpt2(save_model: SaveModel) -> Path:
    """Two layers of 24 neurons, not gated; its tokenizer puts nothing before a text."""
    return save_model("gpt2", n_embd=16, n_layer=2, n_head=2, n_inner=24, n_positions=128)


@pytest.fixture(scope="session")
def tiny_llama(save_model: SaveModel) -> Path:
    """Two layers of 20 gated neurons; its tokenizer puts <s> before a text."""
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 20}
    return save_model("llama", bos=True, max_position_embeddings=128, **sizes)


# Words of one line mean about the same.
MEANINGS = [["cat", "feline", "kitten"], ["clock", "hour", "time"], ["red", "blue", "colour"], ["the", "of", "a"]]


@pytest.fixture(scope="session")
def sentence_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model2vec model of a dozen words."""
    import numpy as np
    from model2vec import StaticModel
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    folder = tmp_path_factory.mktemp("sentences")
    draw = np.random.default_rng(0)
    words = ["[UNK]", *(word for line in MEANINGS for word in line)]
    vectors = np.zeros((len(words), 8), np.float32)
    for line, some in enumerate(MEANINGS[:-1]):  # little words mean nothing
        for word in some:
            vectors[words.index(word), line] = 1
            vectors[words.index(word)] += 0.05 * draw.normal(size=8)
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    StaticModel(vectors, tokenizer).save_pretrained(str(folder))
    return folder
