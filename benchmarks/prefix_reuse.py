"""Simulating sequences with what their prompts share read once, and read again for each: one table on standard output.

    python benchmarks/prefix_reuse.py .cache/smollm2

The all-at-once simulator expects the activations of 20 excerpts of 64 tokens from one explanation, with the usual
examples before them. Both ways run the same batches through the same code, so the ratio is what reuse alone saves; the
largest difference of an expected activation between them stands beside it. The last line is one excerpt on its own,
prompt and all. On a machine that does other things too, the processor's seconds on one thread (OMP_NUM_THREADS=1) say
more than those of the clock.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from dataclasses import dataclass

from neuronscope.explain.simulators import AllAtOnceSimulator
from neuronscope.explain.templates import load_templates
from neuronscope.llm import LocalModel, LocalOptions
from neuronscope.llm.loading import load
from neuronscope.prompts.nouns import Excerpt

WORDS = ["the", "river", "runs", "past", "old", "mills", "and", "over", "stones", "where", "children", "look", "for"]
WORDS += ["small", "green", "frogs", "in", "spring"]


@dataclass(frozen=True)
class Timed:
    """Seconds by the clock and of the processor, and every expected activation."""

    clock: float
    processor: float
    expected: list[float]


def excerpts(count: int, tokens: int) -> list[Excerpt]:
    """Tokens drawn from a few words, the same ones each time."""
    draw = random.Random(0)
    return [Excerpt(tuple(f" {draw.choice(WORDS)}" for _ in range(tokens))) for _ in range(count)]


def timed(simulator: AllAtOnceSimulator, some: list[Excerpt]) -> Timed:
    """Simulate them."""
    clock, processor = time.perf_counter(), time.process_time()
    simulated = asyncio.run(simulator.simulate("words for animals", some))
    seconds = time.perf_counter() - clock, time.process_time() - processor
    assert not simulated.failures, simulated.failures
    values = [value for one in simulated.simulations for value in one.expected_activations]
    return Timed(*seconds, [value for value in values if value is not None])


def main() -> None:
    """Load the model once, simulate both ways, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="model folder")
    parser.add_argument("--excerpts", type=int, default=20)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--few-shot", default="default")
    parser.add_argument("--dtype", default="float32")
    arguments = parser.parse_args()
    loaded = load(arguments.model, dtype=arguments.dtype)
    models = [
        LocalModel(loaded.model, loaded.tokenizer, name=loaded.name, options=LocalOptions(reuse=reuse))
        for reuse in (True, False)
    ]
    templates = load_templates()
    reusing, whole = (AllAtOnceSimulator(it, templates=templates, few_shot=arguments.few_shot) for it in models)
    some = excerpts(arguments.excerpts, arguments.tokens)
    for simulator in (reusing, whole):  # the check of branches runs once
        timed(simulator, [Excerpt(("a",))])
    fast, slow, single = timed(reusing, some), timed(whole, some), timed(whole, some[:1])
    difference = max(abs(a - b) for a, b in zip(fast.expected, slow.expected, strict=True))
    clock, processor = slow.clock / fast.clock, slow.processor / fast.processor
    print("| way | seconds | ratio | processor seconds | ratio | largest difference |")
    print("| --- | --- | --- | --- | --- | --- |")
    once = f"| {fast.clock:.1f} | {clock:.1f} | {fast.processor:.1f} | {processor:.1f} | {difference:.1e} |"
    print(f"| prompt read once, {len(some)} excerpts of {arguments.tokens} tokens {once}")
    print(f"| prompt read for each excerpt | {slow.clock:.1f} | 1.0 | {slow.processor:.1f} | 1.0 | |")
    print(f"| one excerpt alone | {single.clock:.1f} | | {single.processor:.1f} | | |")


if __name__ == "__main__":
    main()
