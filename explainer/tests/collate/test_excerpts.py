"""Sequences as records show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from neuronscope.codec import dumps, loads
from neuronscope.collate import excerpts as module
from neuronscope.collate.excerpts import Excerpts
from neuronscope.collate.sequences import Sequences
from neuronscope.records import ActivationRecord, TextSource
from neuronscope.subject import Positions

PLAIN = Positions("included", (), recorded=0, counted=0)
FIRST_IGNORED = Positions("first-position-ignored", (), recorded=0, counted=1)
BOS = Positions("prepended", (0,), recorded=1, counted=1)
PIECES = [b"<s>", b"one", b" two", b"\xf0\x9f", b"\x99\x82", b'"activations":[0.0,0.0,0.0,0.0]']
IDS = [[1, 2, 3, 4], [2, 5, 1, 1]]


def decode(ids: Sequence[int]) -> str:
    return b"".join(PIECES[index] for index in ids).decode(errors="replace")


def excerpts_of(positions: Positions, decoding: Callable[[Sequence[int]], str] = decode) -> Excerpts:
    ids = np.array(IDS, dtype=np.int32)
    return Excerpts(Sequences(ids, np.array([0, 7]), np.array([4, 64]), "x", 2, 0, 0), positions, decoding)


@pytest.mark.parametrize("positions", [PLAIN, FIRST_IGNORED, BOS])
def test_tokens_and_source_are_those_of_the_recorded_positions(positions: Positions) -> None:
    record = excerpts_of(positions).record(0, [0.0, 1.0, 2.0, 3.0])
    assert record.tokens == ["one", " two", "🙂", ""]
    assert record.source == TextSource(0, 4)
    assert record.ignored == ([0] if positions is FIRST_IGNORED else None)


@pytest.mark.parametrize("positions", [PLAIN, FIRST_IGNORED, BOS])
@pytest.mark.parametrize("index", [0, 1])
def test_the_frame_and_the_activations_are_the_record(positions: Positions, index: int) -> None:
    activations = [0.0, 0.0, -1.5, 1e-7]
    excerpts = excerpts_of(positions)
    frame = excerpts.frame(index)
    assert frame.before + dumps(activations) + frame.after == dumps(excerpts.record(index, activations))


def test_frames_of_several_sequences_are_those_of_each() -> None:
    excerpts, given = excerpts_of(BOS), []
    for indices in ([1], [0, 1, 0], [], [1, 0]):
        frames = excerpts.frames(indices)
        given.append((indices, frames, frames.text.tobytes()))
    for indices, frames, text in given:  # what was given out stays as it is
        assert [(text[a:b], text[b:c]) for a, b, c in frames.spans.tolist()] == [
            (frame.before, frame.after) for frame in map(excerpts.frame, indices)
        ]
        assert frames.size == sum(len(frame.before + frame.after) for frame in map(excerpts.frame, indices))


def test_a_decoder_that_gives_half_a_surrogate_pair_is_written_in_escapes() -> None:
    frame = excerpts_of(PLAIN, lambda ids: "\ud83d" * len(ids)).frame(0)
    record = loads(frame.before + b"[0.0,0.0,0.0,0.0]" + frame.after, ActivationRecord)
    assert record.tokens == ["\ud83d"] * 4


def test_the_text_of_a_sequence_is_worked_out_once() -> None:
    asked = []

    def counting(ids: Sequence[int]) -> str:
        asked.append(tuple(ids))
        return decode(ids)

    excerpts = excerpts_of(PLAIN, counting)
    for _ in range(3):
        excerpts.tokens(1)
        excerpts.frame(1)
    assert asked.count(tuple(IDS[1])) == 1


def test_no_more_sequences_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT_TOKENS", 1)
    asked = []

    def counting(ids: Sequence[int]) -> str:
        asked.append(tuple(ids))
        return decode(ids)

    excerpts = excerpts_of(PLAIN, counting)
    for index in (1, 0, 1):
        excerpts.frame(index)
        excerpts.frames([index])
    assert asked.count(tuple(IDS[1])) == 2


@pytest.mark.parametrize(
    ("activations", "token"), [([9, 1, 0, 0], " two"), ([9, 0, 1, 2], "🙂"), ([9, -1, -2, -3], " two")]
)
def test_the_peak_token_is_a_whole_character_at_a_position_that_counts(activations: list[float], token: str) -> None:
    assert excerpts_of(FIRST_IGNORED).peak_token(0, np.array(activations, dtype=np.float32)) == token


def test_where_every_position_counts_the_first_can_be_the_peak() -> None:
    assert excerpts_of(PLAIN).peak_token(0, np.array([9, 1, 0, 0], dtype=np.float32)) == "one"
