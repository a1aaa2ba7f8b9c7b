"""Ports: one that is free, or a sentence."""

from __future__ import annotations

import socket

import pytest

from neuronscope.cli.ports import Address, free_port
from neuronscope.errors import BadInput


def test_port_0_gives_one_that_can_be_listened_on() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", free_port("127.0.0.1", 0).port))


@pytest.mark.parametrize(("host", "ip"), [("localhost", "127.0.0.1"), ("127.1", "127.0.0.1"), ("0", "0.0.0.0")])
def test_a_name_comes_with_the_address_it_stands_for(host: str, ip: str) -> None:
    address = free_port(host, 0)
    assert (address.host, address.ip) == (host, ip)


def test_a_name_of_both_kinds_is_listened_on_by_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 0, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    assert free_port("both.example", 0).ip == "127.0.0.1"


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 here")
def test_brackets_are_taken_off() -> None:
    address = free_port("[::1]", 0)
    assert (address.host, address.ip) == ("::1", "::1")


@pytest.mark.parametrize(("ip", "wildcard"), [("0.0.0.0", True), ("::", True), ("127.0.0.1", False), ("::1", False)])
def test_a_wildcard_is_known_by_its_address(ip: str, wildcard: bool) -> None:
    assert Address("any", ip, 1).is_wildcard is wildcard


def test_a_taken_port_is_bad_input() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(BadInput, match="is in use"):
            free_port("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-name.invalid", "a..b", "x" * 80, "", " ", "[]"])
def test_what_is_no_host_of_this_machine_is_bad_input(host: str) -> None:
    with pytest.raises(BadInput, match="--host"):
        free_port(host, 0)
