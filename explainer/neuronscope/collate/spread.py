"""Shards worked on by several processes, on this machine or a Ray cluster; their results come back in index order.

Each worker holds a copy of the model; workers on this machine share the threads that this process would have. A shard
goes to whoever is free, with the figures that a row must reach by now; one that is lost with its worker is done again
(Ray starts another worker).
"""

from __future__ import annotations

import dataclasses
import logging
import os
import secrets
import socket
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from neuronscope.collate.dense import DenseLayer, DenseShard, DenseTally
from neuronscope.collate.job import Job, Layer, Tally
from neuronscope.collate.options import SHARD
from neuronscope.collate.rowcache import CachePlan, Floors, RowCache
from neuronscope.collate.running import Batch, batches, run_batches
from neuronscope.collate.sparse import SparseShard, SparseTally
from neuronscope.collate.stopwatch import Stopwatch
from neuronscope.collate.threads import set_threads
from neuronscope.errors import BadInput, NeuronscopeError, StorageFailed

if TYPE_CHECKING:
    from ray import ObjectRef
    from ray.util import ActorPool

T = TypeVar("T")

_AHEAD = 2  # shards per worker that are under way or wait to be merged
_TRIES = 3  # of one shard, after the first: what ends every worker that has it, such as a lack of memory, ends the run
_RESTARTS = 100  # of one worker: one that ends before it has a shard would be started for ever
_CONNECT_SECONDS = 5.0  # Ray itself goes on trying for minutes


@dataclass(frozen=True)
class Spread:
    """``workers`` processes; ``address`` None starts Ray on this machine, else it is a cluster's."""

    workers: int
    address: str | None = None

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise BadInput(f"workers must be 1 or more, not {self.workers}")


@dataclass(frozen=True)
class ShardResult:
    """What one shard adds to every layer, in arrays that may be read only; ``seconds`` has forward and statistics."""

    layers: list[DenseShard | SparseShard]
    seconds: dict[str, float]


@dataclass(frozen=True)
class _Task:
    shard: int
    ids: NDArray[np.int32]  # the shard's sequences
    caches: list[tuple[CachePlan, Floors] | None]  # per layer; None for sparse ones


def spread_shards(job: Job, first: int, layers: Sequence[Layer], spread: Spread) -> Generator[ShardResult]:
    """Results of the shards from ``first`` on, in index order; merge each into ``layers`` before asking for the next.

    :raises BadInput: Ray is not installed, or there is no cluster at the address.
    :raises BrokenData: activations are not finite.
    :raises StorageFailed: workers ended again and again.
    """
    shards = range(first, job.shards)
    with _workers(job, spread) as (pool, shared):
        waiting = iter(shards)
        for shard in islice(waiting, spread.workers * _AHEAD):
            _submit(pool, shared, _task(job, shard, layers))
        for done in shards:
            yield _next(pool, done)
            for shard in islice(waiting, 1):
                _submit(pool, shared, _task(job, shard, layers))


def writable(value: T) -> T:
    """A dataclass, or a tuple, with copies of its arrays: those that come from another process are read only."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, tuple):
        return tuple(map(writable, value))  # type: ignore[return-value]  # T is a tuple
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: writable(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return replace(value, **fields)
    return value


def _task(job: Job, shard: int, layers: Sequence[Layer]) -> _Task:
    ids = np.ascontiguousarray(job.sequences.ids[shard * SHARD : (shard + 1) * SHARD])
    return _Task(shard, ids, [_seed(layer) for layer in layers])


def _seed(layer: Layer) -> tuple[CachePlan, Floors] | None:
    return (layer.cache.plan, layer.cache.floors.copy()) if isinstance(layer, DenseLayer) else None


def _submit(pool: ActorPool, shared: ObjectRef, task: _Task) -> None:
    # In a list Ray hands the reference on as it is; a worker that was started again asks for the job once more.
    pool.submit(lambda worker, task: worker.run.remote([shared], task), task)


def _next(pool: ActorPool, shard: int) -> ShardResult:
    from ray.exceptions import RayError, RayTaskError

    try:
        result = pool.get_next()
    except RayTaskError:  # a bug of ours: it says where
        raise
    except RayError as error:
        raise StorageFailed(
            f"workers ended again and again over sequences {shard * SHARD} and on; if memory is short, use fewer"
        ) from error
    if isinstance(result, NeuronscopeError):
        raise result
    return result  # type: ignore[no-any-return]  # what Ray gives is not typed


class _Worker:
    """Lives in a process of its own."""

    def __init__(self, threads: int) -> None:
        set_threads(threads)
        self._job: Job | None = None

    def run(self, shared: list[ObjectRef], task: _Task) -> ShardResult | NeuronscopeError:
        """One shard; or the error that another try would end in too."""
        import ray

        self._job = self._job or ray.get(shared[0])
        job = replace(self._job, sequences=replace(self._job.sequences, ids=task.ids))
        tallies = {layer: _tally(job, layer, cache) for layer, cache in zip(job.layers, task.caches, strict=True)}
        watch = Stopwatch()

        def take(layer: int, batch: Batch, values: Any) -> None:
            tallies[layer].add(values, task.shard * SHARD + batch.first, batch.places)

        try:
            for _ in run_batches(job, batches(job, 0), take, watch):
                pass
        except NeuronscopeError as error:
            return error
        return ShardResult([tallies[layer].carried() for layer in job.layers], dict(watch.seconds))


def _tally(job: Job, layer: int, cache: tuple[CachePlan, Floors] | None) -> Tally:
    if cache is None:
        return SparseTally(layer, job.units[layer], span=job.span)
    plan, floors = writable(cache)
    table = np.zeros((1, 2, job.units[layer], SHARD), job.bits)
    return DenseTally(layer, RowCache(plan, floors), table, shard=0, span=job.span)


@contextmanager
def _workers(job: Job, spread: Spread) -> Iterator[tuple[ActorPool, ObjectRef]]:
    """The workers, and the job that is shared with them, without its sequences."""
    try:
        import ray
        from ray.util import ActorPool
    except ImportError as error:
        raise BadInput("several workers need Ray: pip install 'neuronscope[ray]'") from error
    import torch

    threads = torch.get_num_threads()
    if spread.address is None:
        threads = max(1, threads // spread.workers)
    own = not ray.is_initialized()
    if own:
        _start(spread)
    try:
        gpus = _gpus(job, spread)
        # A worker that claims processors would wait for ever where there are fewer.
        claims = {"num_cpus": 0, "num_gpus": gpus, "scheduling_strategy": "SPREAD"}
        actor = ray.remote(max_restarts=_RESTARTS, max_task_retries=_TRIES, **claims)(_Worker)
        shared = ray.put(replace(job, sequences=replace(job.sequences, ids=job.sequences.ids[:0])))
        yield ActorPool([actor.remote(threads) for _ in range(spread.workers)]), shared
    finally:
        if own:
            ray.shutdown()


def _gpus(job: Job, spread: Spread) -> int:
    """How many each worker needs."""
    import ray

    if job.subject.device.type != "cuda":
        return 0
    there = int(ray.cluster_resources().get("GPU", 0))
    if there < spread.workers:
        raise BadInput(f"{spread.workers} workers need a GPU each, and there are {there}: use fewer, or --device cpu")
    return 1


def _start(spread: Spread) -> None:
    import ray
    from ray.exceptions import RayError

    # Workers that wait should not take the processor from those that work.
    options: dict[str, Any] = {"runtime_env": {"env_vars": {"OMP_WAIT_POLICY": "PASSIVE"}}}
    if spread.address is None:
        _keep_to_ourselves()
        options |= {"num_cpus": spread.workers, "include_dashboard": False}
    else:
        _refuse_unreachable(spread.address)
        options |= {"address": spread.address}
    try:
        ray.init(log_to_driver=False, logging_level=logging.ERROR, **options)
    except (OSError, ValueError, RuntimeError, RayError) as error:
        raise BadInput(f"Ray cannot be used at {spread.address or 'this machine'}: {error}") from error


def _keep_to_ourselves() -> None:
    """A Ray of our own reports to nobody; it listens on all addresses, so a token written nowhere keeps others out."""
    own = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    for name, value in own.items():
        os.environ.setdefault(name, value)


def _refuse_unreachable(address: str) -> None:
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if not colon or not port.isdigit():
        return  # auto, local: Ray knows at once
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_CONNECT_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise BadInput(f"there is no Ray cluster at {address}: {error}") from error
