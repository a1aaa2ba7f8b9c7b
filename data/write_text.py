"""Let a language model write the sample's text: openings.txt in, sample-text.npz (token ids per document) out.

The ids are kept in git because sampling differs between processors; run this again only to write other text.

    python data/write_text.py MODEL_FOLDER data/sample-text.npz --tokens 270000 --seed 0
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

OPENINGS = Path(__file__).with_name("openings.txt")
NEW_TOKENS = 256
ROWS = 128
TEMPERATURE = 0.8  # at 1.0 this small a model soon writes noise
TOP_P = 0.95


def openings() -> list[str]:
    """The openings, one per line."""
    return OPENINGS.read_text(encoding="utf-8").splitlines()


def documents(model_path: str, *, tokens: int, seed: int) -> Iterator[list[int]]:
    """Token ids of written documents, opening included, until ``tokens`` are written; each opening is used in turn."""
    tokenizer = AutoTokenizer.from_pretrained(model_path, padding_side="left")
    model = AutoModelForCausalLM.from_pretrained(model_path, dtype=torch.bfloat16).eval()
    torch.manual_seed(seed)
    starts, written, turn = openings(), 0, 0
    while written < tokens:
        batch = [starts[(turn + row) % len(starts)] for row in range(ROWS)]
        turn += ROWS
        for ids in _continuations(model, tokenizer, batch):
            written += len(ids)
            yield ids
        print(f"{written} of {tokens} tokens", file=sys.stderr)


def _continuations(model: torch.nn.Module, tokenizer: object, texts: list[str]) -> Iterator[list[int]]:
    """Each text's ids and what the model writes after it, without padding and end marks."""
    inputs = tokenizer(texts, return_tensors="pt", padding=True)
    with torch.inference_mode():
        rows = model.generate(
            **inputs, max_new_tokens=NEW_TOKENS, do_sample=True, temperature=TEMPERATURE, top_p=TOP_P, top_k=0
        )
    marks = set(tokenizer.all_special_ids)
    for row in rows.tolist():
        yield [token for token in row if token not in marks]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokens", type=int, default=270_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    written = list(documents(options.model, tokens=options.tokens, seed=options.seed))
    lengths = np.array([len(ids) for ids in written], dtype=np.int64)
    ids = np.concatenate([np.array(ids, dtype=np.uint16) for ids in written])
    np.savez_compressed(options.out, ids=ids, lengths=lengths)


if __name__ == "__main__":
    main()
