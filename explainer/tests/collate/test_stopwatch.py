"""The stopwatch: a stage inside another is counted once."""

from __future__ import annotations

from neuronscope.collate.stopwatch import Stopwatch


def test_time_inside_an_inner_stage_is_not_the_outer_ones() -> None:
    times = iter([0, 10, 13, 20])
    watch = Stopwatch(clock=lambda: next(times))
    with watch.stage("outer"), watch.stage("inner"):
        pass
    assert watch.seconds == {"outer": 17, "inner": 3}
