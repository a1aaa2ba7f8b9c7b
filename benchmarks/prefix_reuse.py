"""Simulating sequences with one prefix, read once and read again for each: one table on standard output.

    python benchmarks/prefix_reuse.py .cache/smollm2

20 texts of about 200 tokens after a prefix of 1,500, as a simulator has them: numbers 0 to 10 asked for after every
third token. Both ways run the same batches through the same code, so the ratio is what reuse alone saves; the largest
difference of a log-probability between them stands beside it. The last line is one text on its own, prefix and all. On
a machine that does other things too, the processor's seconds on one thread (OMP_NUM_THREADS=1) say more.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import time

from neuronscope.llm import CandidateLogprobs, CandidateQuestion, LocalModel, LocalOptions
from neuronscope.llm.loading import load

WORDS = [
    "the",
    "river",
    "runs",
    "past",
    "old",
    "mills",
    "and",
    "over",
    "stones",
    "where",
    "children",
    "look",
    "for",
    "small",
    "green",
    "frogs",
    "in",
    "spring",
]
NUMBERS = tuple(str(value) for value in range(11))


def listing(tokens: int, model: LocalModel, draw: random.Random) -> str:
    """Lines of word, tab, unknown, of about so many tokens."""
    lines: list[str] = []
    while model.count_tokens("".join(lines) or "-") < tokens:
        lines += [f" {draw.choice(WORDS)}\tunknown\n" for _ in range(5)]
    return "".join(lines)


def question(model: LocalModel, prefix: int, texts: int, tokens: int) -> CandidateQuestion:
    """The numbers at every tab of every text."""
    draw = random.Random(0)
    listings = tuple(listing(tokens, model, draw) for _ in range(texts))
    offsets = tuple(tuple(i + 1 for i, character in enumerate(text) if character == "\t") for text in listings)
    return CandidateQuestion(listing(prefix, model, draw), listings, offsets, NUMBERS)


def timed(model: LocalModel, asked: CandidateQuestion) -> tuple[tuple[float, float], list[float]]:
    """Seconds by the clock and of the processor, and all log-probabilities."""
    start = time.perf_counter(), time.process_time()
    answer = asyncio.run(model.candidate_logprobs(asked))
    seconds = time.perf_counter() - start[0], time.process_time() - start[1]
    assert isinstance(answer, CandidateLogprobs), answer
    values = itertools.chain.from_iterable(itertools.chain.from_iterable(answer.values))
    return seconds, [value for value in values if value is not None]


def main() -> None:
    """Load the model once, ask both ways, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="model folder")
    parser.add_argument("--texts", type=int, default=20)
    parser.add_argument("--tokens", type=int, default=200)
    parser.add_argument("--prefix", type=int, default=1500)
    parser.add_argument("--dtype", default="float32")
    arguments = parser.parse_args()
    loaded = load(arguments.model, dtype=arguments.dtype)
    reusing, whole = (
        LocalModel(loaded.model, loaded.tokenizer, name=loaded.name, options=LocalOptions(reuse=reuse))
        for reuse in (True, False)
    )
    asked = question(reusing, arguments.prefix, arguments.texts, arguments.tokens)
    one = CandidateQuestion(asked.prefix, asked.texts[:1], asked.offsets[:1], NUMBERS)
    timed(whole, CandidateQuestion("a", ("\t",), ((1,),), NUMBERS))  # the check of branches runs once
    timed(reusing, CandidateQuestion("a", ("\t",), ((1,),), NUMBERS))
    fast, few = timed(reusing, asked)
    slow, many = timed(whole, asked)
    single, _ = timed(whole, one)
    difference = max(abs(a - b) for a, b in zip(few, many, strict=True))
    print("| way | seconds | ratio | processor seconds | ratio | largest difference |")
    print("| --- | --- | --- | --- | --- | --- |")
    ratios = [f"{before / after:.1f}" for before, after in zip(slow, fast, strict=True)]
    once = f"| {fast[0]:.1f} | {ratios[0]} | {fast[1]:.1f} | {ratios[1]} | {difference:.1e} |"
    print(f"| prefix read once, {arguments.texts} texts {once}")
    print(f"| prefix read for each text | {slow[0]:.1f} | 1.0 | {slow[1]:.1f} | 1.0 | |")
    print(f"| one text alone | {single[0]:.1f} | | {single[1]:.1f} | | |")


if __name__ == "__main__":
    main()
