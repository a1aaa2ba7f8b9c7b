"""Attribution on 20 prompts: what nodes and edges cost, and how well effects foretell ablations; one table out.

    python benchmarks/trace_prompts.py .cache/smollm2

Costs are shares of one forward and backward pass of the same text, measured in turns in one run. The correlations are
of the predicted with the measured effects of the 50 strongest nodes, the mean and the range over the prompts; edges
are among the 200 strongest nodes of one prompt. Baselines are zero.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from neuronscope.subject import Subject, load_subject
from neuronscope.subject.edits import Edit
from neuronscope.subject.hooks import find_hook
from neuronscope.trace import TraceOptions, logit, trace
from neuronscope.trace.metric import aim
from neuronscope.trace.passes import measured

if TYPE_CHECKING:
    import torch

PROMPTS = [
    ("The capital of France is", " Paris"),
    ("The capital city of Japan is called", " Tokyo"),
    ("When Mary and John went to the store, John gave a drink to", " Mary"),
    ("After Tom and Anna left the party, Tom called", " Anna"),
    ("The opposite of hot is", " cold"),
    ("The opposite of up is", " down"),
    ("Two plus two equals", " four"),
    ("Monday, Tuesday, Wednesday,", " Thursday"),
    ("January, February, March,", " April"),
    ("One, two, three, four,", " five"),
    ("The keys to the old cabinet", " were"),
    ("The dog that chased the cats", " was"),
    ("She opened the door and walked", " into"),
    ("The sun rises in the", " east"),
    ("Water freezes into", " ice"),
    ("Bees make", " honey"),
    ("The king and the", " queen"),
    ("He was hungry, so he ate a", " sandwich"),
    ("Once upon a", " time"),
    ("Thank you very", " much"),
]
TIMES = 5
METHODS = ("patching", "integrated_gradients")


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def cost(subject: Subject, text: str, answer: str) -> tuple[float, float]:
    """Seconds of one forward and backward pass, and of a trace by patching: medians, taken in turns."""
    import torch

    ids = torch.tensor([list(trace(subject, text, logit(answer)).setting.ids[0])])
    target = aim(subject, logit(answer), tuple(ids[0].tolist()))
    leaves: list[torch.Tensor] = []

    def both_ways() -> None:
        """The gradient by what the first layer reads, which is back through all of the model."""
        metric = measured(subject, ids, target, [first_point(subject, leaves)])
        torch.autograd.grad(metric.sum(), leaves.pop())

    pairs = [(seconds(both_ways), seconds(lambda: trace(subject, text, logit(answer)))) for _ in range(TIMES)]
    return statistics.median(one for one, _ in pairs), statistics.median(other for _, other in pairs)


def first_point(subject: Subject, leaves: list[torch.Tensor]) -> Edit:
    """An edit that changes nothing, and puts what stands before the first layer into ``leaves``."""

    def keep(values: torch.Tensor, _: int) -> torch.Tensor:
        leaves.append(values.detach().requires_grad_())
        return leaves[-1]

    return Edit(find_hook(subject, "blocks.0.hook_resid_pre"), keep)


def correlations(subject: Subject, method: str) -> tuple[list[float], float]:
    """Of each prompt, and the seconds of a trace."""
    found, took = [], []
    for text, answer in PROMPTS:
        began = time.perf_counter()
        told = trace(subject, text, logit(answer), options=TraceOptions(method=method, keep=50))  # type: ignore[arg-type]
        took.append(time.perf_counter() - began)
        correlation = told.verify(50).correlation
        assert correlation is not None
        found.append(correlation)
    return found, statistics.mean(took)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="model folder")
    subject = load_subject(parser.parse_args().model)
    text, answer = PROMPTS[2]
    passed, nodes = cost(subject, text, answer)
    whole = trace(subject, text, logit(answer))
    edges = seconds(lambda: whole.edges(whole.nodes[:200]))
    print(f"{'':44}{'seconds':>10}{'ratio':>8}")
    print(f"{'one pass forward and backward':44}{passed:10.3f}{1:8.2f}")
    print(
        f"{f'nodes by patching ({whole.total:,} of {len(whole.tokens)} tokens)':44}{nodes:10.3f}{nodes / passed:8.2f}"
    )
    print(f"{'edges among 200 nodes':44}{edges:10.3f}{edges / passed:8.2f}")
    for method in METHODS:
        found, took = correlations(subject, method)
        name = f"{method}, {len(PROMPTS)} prompts"
        said = f"correlation {statistics.mean(found):.3f} ({min(found):.3f} to {max(found):.3f})"
        print(f"{name:44}{took:10.3f}{'':8}  {said}")


if __name__ == "__main__":
    main()
