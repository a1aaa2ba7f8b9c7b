"""Arguments that let people write and run: what they become, and what is refused before anything listens."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuronscope.annotations.schema import sqlite_url
from neuronscope.cli.ports import Address
from neuronscope.errors import BadInput, StorageFailed
from neuronscope_server.acting import checked_annotations, checked_scoring, checked_token, refuse_open_doors
from neuronscope_server.commands import allowed_hosts
from neuronscope_server.production import Service
from neuronscope_server.shapes import Options, Scoring

HERE = Address("127.0.0.1", "127.0.0.1", 1)
TOKEN = "a-token-of-some-length"


def test_words_are_in_the_data_home_unless_a_database_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    file = tmp_path / "share" / "neuronscope" / "annotations.sqlite"
    assert checked_annotations(None, writable=False) is None
    assert not file.parent.exists()
    assert checked_annotations(None, writable=True) == sqlite_url(file)
    assert file.is_file()
    assert file.parent.stat().st_mode & 0o077 == 0
    named = sqlite_url(tmp_path / "named.sqlite")
    assert checked_annotations(named, writable=True) == named


def test_a_database_that_cannot_be_used_is_met_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="unable to open"):
        checked_annotations(sqlite_url(tmp_path / "absent" / "w.sqlite"), writable=True)
    with pytest.raises(BadInput, match="no SQLAlchemy URL"):
        checked_annotations("words", writable=True)
    with pytest.raises(BadInput, match="give --writable too"):
        checked_annotations("sqlite:////w.sqlite", writable=False)


def test_a_model_is_named_with_what_the_environment_says_of_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "a key")
    assert checked_scoring([], None) is None
    found = checked_scoring(["openai:m"], "structured")
    assert found == Scoring(["openai:m"], "structured", "http://127.0.0.1:9/v1", "a key")
    assert "a key" not in repr(found)


@pytest.mark.parametrize(
    ("llm", "simulator", "sentence"),
    [
        (["openai:m"], None, "write openai:m@URL, or set OPENAI_BASE_URL"),
        (["openai:"], None, "the model has no name"),
        (["./absent"], None, r"\./absent is not there"),
        (["absent.gguf"], None, r"absent\.gguf is not there"),
        (["gpt-4"], None, "'gpt-4' names no model"),
        (["none"], None, "none simulates nothing"),
        (["openai:m@http://h"], "guess", "simulator is guess"),
        ([], "structured", "name one with --llm"),
    ],
)
def test_a_model_that_cannot_be_is_met_at_the_start(
    monkeypatch: pytest.MonkeyPatch, llm: list[str], simulator: str | None, sentence: str
) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(BadInput, match=sentence):
        checked_scoring(llm, simulator)


def test_a_token_is_long_and_fits_a_header() -> None:
    assert checked_token(TOKEN) == TOKEN
    assert checked_token(None) is None
    assert checked_token("") is None
    for token in ("short", "a" * 201, "with a space in it", "é" * 20, "a" * 20 + "\n"):
        with pytest.raises(BadInput, match="16 to 200") as refused:
            checked_token(token)
        assert token not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "further"),
    [
        (Address("0.0.0.0", "0.0.0.0", 1), []),
        (Address("::", "::", 1), []),
        (Address("my.example", "192.0.2.1", 1), []),
        (HERE, ["neurons.example"]),
        (HERE, ["*"]),
    ],
)
@pytest.mark.parametrize("acting", [{"annotations": "sqlite:////w"}, {"scoring": Scoring(["./m"])}])
def test_others_write_and_run_only_with_a_token(
    address: Address, further: list[str], acting: dict[str, object]
) -> None:
    hosts = allowed_hosts(address, further)
    with pytest.raises(BadInput, match="set NEURONSCOPE_TOKEN"):
        refuse_open_doors(address, Options(hosts=hosts, **acting))  # type: ignore[arg-type]
    refuse_open_doors(address, Options(hosts=hosts, token=TOKEN, **acting))  # type: ignore[arg-type]
    refuse_open_doors(address, Options(hosts=hosts))


@pytest.mark.parametrize("address", [HERE, Address("localhost", "127.0.0.1", 1), Address("::1", "::1", 1)])
def test_this_machine_alone_needs_none(address: Address) -> None:
    refuse_open_doors(address, Options(hosts=allowed_hosts(address, []), annotations="sqlite:////w"))


@pytest.mark.parametrize("acting", [{"annotations": "sqlite:////w"}, {"scoring": Scoring(["./m"])}])
def test_where_something_is_written_or_run_the_sites_with_frames_are_named(acting: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="--frames names the sites"):
        refuse_open_doors(HERE, Options(frames=["*"], **acting))  # type: ignore[arg-type]
    refuse_open_doors(HERE, Options(frames=["https://blog.example"], **acting))  # type: ignore[arg-type]
    refuse_open_doors(HERE, Options(frames=["*"]))


def test_one_process_writes_and_runs() -> None:
    Service({}, HERE, Options(), workers=2)
    with pytest.raises(BadInput, match="--workers is 2"):
        Service({}, HERE, Options(scoring=Scoring(["./m"])), workers=2)
