"""The arguments of serve that let people write and run: looked at before anything listens, so that a mistake is a
sentence."""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path

from neuronscope.cli.ports import Address
from neuronscope.errors import BadInput
from neuronscope_server.exporting import database
from neuronscope_server.production import bracketed
from neuronscope_server.shapes import Options, Scoring

_TOKEN = re.compile(r"[!-~]{16,200}")


def checked_annotations(url: str | None, *, writable: bool) -> str | None:
    """The database in which people's words are kept, made if it is not there; None where nothing may be written.

    :raises BadInput: it is none, or it is named where nothing may be written.
    :raises StorageFailed: it cannot be opened.
    """
    if not writable:
        if url is not None:
            raise BadInput("--annotations names where words are kept, but nothing may be written: give --writable too.")
        return None
    from neuronscope.annotations.store import Annotations

    url = url or database()
    Annotations(url).close()
    return url


def checked_scoring(llm: list[str], simulator: str | None) -> Scoring | None:
    """The model that simulates, which is opened later; None without one. Key and address of servers come from
    OPENAI_API_KEY and OPENAI_BASE_URL.

    :raises BadInput: no such model or simulator.
    """
    if not llm:
        if simulator is not None:
            raise BadInput("--simulator is given, but no model that simulates: name one with --llm.")
        return None
    from neuronscope_server.scoring import score_options

    scoring = Scoring(
        llm, simulator, os.environ.get("OPENAI_BASE_URL") or None, os.environ.get("OPENAI_API_KEY") or None
    )
    score_options(scoring)
    for name in llm:
        _check_model(name, scoring)
    return scoring


def _check_model(name: str, scoring: Scoring) -> None:
    """What opening it would say, as far as that is known without loading it."""
    from neuronscope.llm.opening import server_name
    from neuronscope_server.scoring import open_model

    if name.startswith("openai:"):
        named = server_name(name)
        if named.url is None and scoring.base_url is None:
            raise BadInput(
                f"no server is named for {named.model}: write openai:{named.model}@URL, or set OPENAI_BASE_URL."
            )
    elif name.startswith(("/", "./")) or name.lower().endswith(".gguf"):
        if not Path(name).exists():
            raise BadInput(f"{name} is not there: give --llm a folder with a model, or a .gguf file.")
    else:
        open_model(Scoring([name]))  # says which names there are


def checked_token(token: str | None) -> str | None:
    """:raises BadInput: it can be guessed, or cannot stand in a header."""
    if token and not _TOKEN.fullmatch(token):
        raise BadInput("the token (--token or NEURONSCOPE_TOKEN) has 16 to 200 letters, digits and signs, no spaces.")
    return token or None


def refuse_open_doors(address: Address, options: Options) -> None:
    """:raises BadInput: others could write here, or run a model, without a token; or have people do so unseen."""
    if options.acts and "*" in options.frames:
        raise BadInput(
            "with --writable, --llm or --model, --frames names the sites: in a frame of anybody's, people would press "
            "buttons without knowing which."
        )
    own = {*Options().hosts, bracketed(address.host), bracketed(address.ip)}
    only_here = ipaddress.ip_address(address.ip.partition("%")[0]).is_loopback and own.issuperset(options.hosts)
    if options.acts and not only_here and options.token is None:
        raise BadInput(
            "with --writable, --llm or --model, other machines are answered only with a token: set "
            "NEURONSCOPE_TOKEN, or give --token, or leave out --host and --allow-host."
        )
