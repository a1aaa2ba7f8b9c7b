"""What check-site makes of addresses, headers and zips' indexes, without a host."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from neuronscope.dataset.folder import FolderStore
from neuronscope.errors import BadInput, BrokenData
from neuronscope_server.publish.page import static_page
from neuronscope_server.publish.zipindex import index_of_zip
from neuronscope_server.sitecheck import rules
from neuronscope_server.sitecheck.fetching import site_address
from neuronscope_server.sitecheck.nouns import Answer, advice, fault, ok, summed, together
from neuronscope_server.sitecheck.packed import Member, inflate_member, read_index
from neuronscope_server.sitecheck.page import base_of, folders_of


def test_addresses() -> None:
    assert site_address(" https://example.org/a#/d/tiny/3/17 ") == "https://example.org/a/"
    assert site_address("https://example.org") == "https://example.org/"
    assert site_address("https://example.org/a/index.html") == "https://example.org/a/index.html"
    for given in ("", "site", "ftp://example.org", "https://"):
        with pytest.raises(BadInput):
            site_address(given)
    for given in ("https://me:secret@example.org/", "https://example.org/?a=1"):
        with pytest.raises(BadInput, match="without a password") as refused:
            site_address(given)
        assert "secret" not in str(refused.value)


def test_addresses_are_relative_to_the_folder_or_to_what_the_page_names() -> None:
    named = static_page(b"<!doctype html><html lang=en>", base="/lab/a&b/").decode()
    assert base_of(named, "https://example.org/lab/a&b/anything") == "https://example.org/lab/a&b/"
    plain = static_page(b"<!doctype html><html lang=en>").decode()
    assert base_of(plain, "https://example.org/lab/index.html") == "https://example.org/lab/"


def test_plain_http_is_advised_against_but_for_this_machine() -> None:
    levels = {url: rules.transport(url).level for url in ("http://localhost:8/", "http://[::1]/", "https://a.org/")}
    assert set(levels.values()) == {"ok"}
    assert rules.transport("http://example.org/").level == "advice"
    assert rules.transport("http://192.168.0.1/").level == "advice"


def test_small_files_need_not_be_compressed() -> None:
    assert rules.compressed(Answer("", 200, {}, b"x" * 1000), "a.json").level == "ok"
    assert rules.compressed(Answer("", 200, {}, b"x" * 9000), "a.json").level == "advice"
    assert rules.compressed(Answer("", 200, {"content-encoding": "br"}, b"x" * 9000), "a.json").level == "ok"


def test_the_index_is_read_as_it_is_written(packed: Path) -> None:
    place = "collated-activations/3.zip"
    index, data = index_of_zip(FolderStore(packed), place), (packed / place).read_bytes()
    members = read_index(index)
    assert [member.unit for member in members] == [17, 42]
    for member in members:
        record = json.loads(inflate_member(data[member.start : member.last + 1], member))
        assert record["neuron_id"]["neuron_index"] == member.unit
    with pytest.raises(BrokenData, match="cut off"):
        read_index(index[:-1])


def test_bytes_that_are_not_the_units_are_said(packed: Path) -> None:
    place = "collated-activations/3.zip"
    one, other = read_index(index_of_zip(FolderStore(packed), place))
    data = (packed / place).read_bytes()[one.start : one.last + 1]
    with pytest.raises(BrokenData, match="bytes came"):
        inflate_member(data[:-1], one)
    with pytest.raises(BrokenData, match="checksum"):
        inflate_member(data, Member(one.unit, one.start, one.size, other.crc))


def test_the_folders_of_a_page() -> None:
    assert folders_of("https://a.org/x/y/index.html") == ["https://a.org/x/y/", "https://a.org/x/", "https://a.org/"]
    assert folders_of("https://a.org/x%20y/") == ["https://a.org/x%20y/", "https://a.org/"]
    assert folders_of("https://a.org:8/") == ["https://a.org:8/"]


def test_what_is_said_of_several_files_is_said_once() -> None:
    found = [
        ok("a", "is there"),
        fault("b", "gone.", "Upload."),
        advice("c", "gone.", "Upload."),
        fault("d", "gone.", "?"),
    ]
    assert together(found) == found
    many = together([*found, *found, fault("e", "gone.", "Upload.")])
    assert [(one.where, one.more) for one in many] == [
        ("a and 1 more", 1),
        ("b and 2 more", 2),
        ("c and 1 more", 1),
        ("d and 1 more", 1),
    ]
    assert [one.where for one in together([*many, *many])][:2] == ["a and 3 more", "b and 5 more"]
    assert summed([ok("a", "is there")], "r/0", "all there") == [ok("r/0", "all there")]
    assert summed(found, "r/0", "all there") == found[1:]
