"""Traces that a site keeps: found by id and model, and no more of them than may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuronscope.annotations import traces
from neuronscope.annotations.schema import sqlite_url
from neuronscope.annotations.store import Annotations
from neuronscope.annotations.traces import keep_trace, trace_of


def test_the_oldest_go_where_there_are_more_than_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "MOST_TRACES", 2)
    words = Annotations(sqlite_url(tmp_path / "words.sqlite"))
    for name in ("a", "b", "c"):
        keep_trace(words, name, name.encode(), model="tiny")
    assert [trace_of(words, name, model="tiny") for name in ("a", "b", "c")] == [None, b"b", b"c"]
    assert trace_of(words, "c", model="other") is None
    words.close()
