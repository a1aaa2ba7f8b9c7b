"""Arguments of serve: names, defaults, and sentences for what cannot be done."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from neuronscope.cli.ports import Address
from neuronscope.dataset import PUBLISHED_GPT2_SMALL, PUBLISHED_GPT2_XL
from neuronscope.errors import BadInput, BrokenData
from neuronscope_server import commands as module
from neuronscope_server.commands import allowed_hosts, checked_origins
from neuronscope_server.named import named_roots
from neuronscope_server.production import Service


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Service]:
    """What the command would serve; nothing listens, and the address is announced at once."""
    services: list[Service] = []

    def serve(service: Service, *, listening: module.Listening) -> None:
        services.append(service)
        listening()

    monkeypatch.setattr(module, "serve", serve)
    return services


def test_help_has_an_example(runner: CliRunner, commands: typer.Typer) -> None:
    result = runner.invoke(commands, ["serve", "--help"])
    assert result.exit_code == 0
    assert "Example: neuronscope serve" in result.output


def test_arguments_reach_the_server(
    runner: CliRunner, commands: typer.Typer, served: list[Service], packed: Path
) -> None:
    arguments = ["serve", f"My Model={packed}", "https://data.example/gpt2", "--port=0", "--workers=2"]
    further = ["--allow-host=neurons.example", "--cors-origin=https://other.example", "--json"]
    further += ["--frames=https://blog.example", "--frames=http://localhost:8888"]
    result = runner.invoke(commands, arguments + further, catch_exceptions=False)
    (service,) = served
    assert service.roots == {"my-model": str(packed), "gpt2": "https://data.example/gpt2"}
    assert service.workers == 2
    assert "neurons.example" in service.options.hosts
    assert service.options.cors_origins == ["https://other.example"]
    assert service.options.frames == ["https://blog.example", "http://localhost:8888"]
    assert json.loads(result.stdout) == {"url": service.url, "datasets": ["my-model", "gpt2"]}


def test_what_lets_people_write_and_run_reaches_the_server(
    runner: CliRunner, commands: typer.Typer, served: list[Service], packed: Path, tmp_path: Path
) -> None:
    arguments = [
        "serve",
        str(packed),
        "--port=0",
        "--writable",
        "--llm=openai:m@http://127.0.0.1:9/v1",
        "--host=0.0.0.0",
    ]
    environment = {"XDG_DATA_HOME": str(tmp_path), "NEURONSCOPE_TOKEN": "a-token-of-some-length"}
    result = runner.invoke(commands, arguments, env=environment, catch_exceptions=False)
    (service,) = served
    assert service.options.annotations == f"sqlite:///{tmp_path}/neuronscope/annotations.sqlite"
    assert service.options.scoring is not None
    assert service.options.scoring.llm == ["openai:m@http://127.0.0.1:9/v1"]
    assert (service.options.token, service.threads, service.workers) == ("a-token-of-some-length", 64, 1)
    assert "a-token" not in result.output


def test_without_json_the_address_is_all_that_is_said(
    runner: CliRunner, commands: typer.Typer, served: list[Service], packed: Path
) -> None:
    result = runner.invoke(commands, ["serve", str(packed), "--port=0"], catch_exceptions=False)
    assert result.output == f"Neuronscope is at {served[0].url} (Ctrl-C ends it)\n"


def test_a_wildcard_says_who_is_answered(
    runner: CliRunner, commands: typer.Typer, served: list[Service], packed: Path
) -> None:
    result = runner.invoke(commands, ["serve", str(packed), "--port=0", "--host=0.0.0.0"], catch_exceptions=False)
    assert served[0].options.any_ip
    assert served[0].url.startswith("http://127.0.0.1:")
    assert f"all addresses of this machine, and answers for them and for localhost, {socket.gethostname()};" in (
        result.output
    )
    runner.invoke(commands, ["serve", str(packed), "--port=0"], catch_exceptions=False)
    assert not served[1].options.any_ip


def test_a_host_name_is_listened_on_by_its_address(
    runner: CliRunner, commands: typer.Typer, served: list[Service], packed: Path
) -> None:
    runner.invoke(commands, ["serve", str(packed), "--port=0", "--host=localhost"], catch_exceptions=False)
    assert served[0].address.ip == "127.0.0.1"
    assert served[0].url.startswith("http://localhost:")


def test_open_opens_the_page(
    runner: CliRunner, commands: typer.Typer, served: list[Service], packed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    runner.invoke(commands, ["serve", str(packed), "--port=0", "--open"], catch_exceptions=False)
    assert opened == [served[0].url]


def test_without_a_dataset_the_sample_is_served(
    runner: CliRunner, commands: typer.Typer, served: list[Service], packed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SAMPLE", packed)
    runner.invoke(commands, ["serve", "--port=0"], catch_exceptions=False)
    assert list(served[0].roots.values()) == [str(packed)]


def test_without_a_sample_a_sentence_says_how_to_get_one(
    runner: CliRunner, commands: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SAMPLE", tmp_path / "absent")
    result = runner.invoke(commands, ["serve"])
    assert isinstance(result.exception, BadInput)
    assert "make build" in str(result.exception)


@pytest.mark.parametrize("root", ["absent", "empty", "s3://bucket/data"])
def test_no_dataset_there_is_bad_input(
    runner: CliRunner, commands: typer.Typer, served: list[Service], tmp_path: Path, root: str
) -> None:
    (tmp_path / "empty").mkdir()
    result = runner.invoke(commands, ["serve", root if "://" in root else str(tmp_path / root), "--port=0"])
    assert isinstance(result.exception, BadInput)
    assert not served


def test_broken_manifest_is_met_before_anything_listens(
    runner: CliRunner, commands: typer.Typer, served: list[Service], own: Path
) -> None:
    (own / "dataset.json").write_text("{")
    result = runner.invoke(commands, ["serve", str(own), "--port=0"])
    assert isinstance(result.exception, BrokenData)
    assert not served


def test_port_in_use_is_bad_input(
    runner: CliRunner, commands: typer.Typer, served: list[Service], packed: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = runner.invoke(commands, ["serve", str(packed), f"--port={port}"])
    assert isinstance(result.exception, BadInput)
    assert f"Port {port} on 127.0.0.1 is in use" in str(result.exception)
    assert not served


def test_names_are_slugs_of_what_was_given(tmp_path: Path) -> None:
    odd = tmp_path / "a=b"
    odd.mkdir()
    assert list(named_roots(["Größe 1=x", "/data/GPT-2 XL/", "az://openaipublic/neuron-explainer/data"])) == [
        "gr-e-1", "gpt-2-xl", "gpt2-xl",
    ]  # fmt: skip
    assert list(named_roots([PUBLISHED_GPT2_SMALL, PUBLISHED_GPT2_XL])) == ["gpt2-small", "gpt2-xl"]
    assert list(named_roots([f"mine={PUBLISHED_GPT2_XL}"])) == ["mine"]
    assert named_roots([str(odd)]) == {"a-b": str(odd)}
    assert named_roots(["https://data.example/x?a=b"]) == {"x-a-b": "https://data.example/x?a=b"}


def test_two_datasets_of_one_name_are_refused() -> None:
    with pytest.raises(BadInput, match="Two datasets are called 'data': /a/data and /b/data"):
        named_roots(["/a/data", "/b/data"])


@pytest.mark.parametrize("roots", [["/a/data", "/a/data/"], ["x=/a/data", "x=/a/./data"], ["az://a/b", "az://a/b/"]])
def test_one_dataset_given_twice_is_refused(roots: list[str]) -> None:
    with pytest.raises(BadInput, match="was given twice"):
        named_roots(roots)


@pytest.mark.parametrize("argument", ["", " ", "x=", "x= "])
def test_empty_argument_is_refused(argument: str) -> None:
    with pytest.raises(BadInput, match=f"^{re.escape(repr(argument))} names no dataset: give a folder"):
        named_roots([argument])


def test_only_this_machine_is_answered_for_unless_told() -> None:
    own = ["localhost", "127.0.0.1", "[::1]"]
    assert allowed_hosts(Address("127.0.0.1", "127.0.0.1", 1), []) == own
    assert allowed_hosts(Address("my.example", "192.0.2.1", 1), []) == [*own, "my.example", "192.0.2.1"]
    assert allowed_hosts(Address("::", "::", 1), ["a.example"], own_name=lambda: "me") == [*own, "me", "a.example"]


@pytest.mark.parametrize("origin", ["other.example", "https://other.example/", "https://*.example", "ftp://a.b", ""])
def test_what_is_no_origin_is_refused(origin: str) -> None:
    with pytest.raises(BadInput, match="is not an origin"):
        checked_origins([origin])
