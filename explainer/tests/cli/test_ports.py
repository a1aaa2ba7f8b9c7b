"""Ports: one that is free, or a sentence."""

from __future__ import annotations

import socket

import pytest

from neuronscope.cli.ports import free_port
from neuronscope.errors import BadInput


def test_port_0_gives_one_that_can_be_listened_on() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", free_port("127.0.0.1", 0)))


def test_a_taken_port_is_bad_input() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(BadInput, match="is in use"):
            free_port("127.0.0.1", taken.getsockname()[1])


def test_an_unknown_host_is_bad_input() -> None:
    with pytest.raises(BadInput, match="--host"):
        free_port("192.0.2.1", 0)
    with pytest.raises(BadInput, match="--host"):
        free_port("no-such-name.invalid", 0)
