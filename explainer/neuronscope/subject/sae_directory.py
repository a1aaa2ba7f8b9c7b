"""Published SAEs: the directory of sae_lens, which lies on this machine, and configurations from the hub.

The directory is read as the file that it is: the library beside it takes as long to import as ten lists to print.
"""

from __future__ import annotations

import difflib
import logging
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from neuronscope.errors import BadInput, BrokenData, StorageFailed

if TYPE_CHECKING:
    import yaml

_KNOWN = (
    *("architecture", "d_in", "d_sae", "hook_name", "hook_layer", "prepend_bos", "context_size", "dataset_path"),
    *("dtype", "normalize_activations", "apply_b_dec_to_input", "model_name"),
)
_LISTED = "pretrained_saes.yaml"
_PATIENCE = 5.0  # seconds for the hub's first answer; the library would try for half a minute

Json = dict[str, Any]


@dataclass(frozen=True)
class Release:
    """SAEs that were published together."""

    release: str
    model: str
    repository: str
    saes: int


@dataclass(frozen=True)
class Entry:
    """One SAE of a release; what its makers measured is None where nobody wrote it down."""

    release: str
    id: str
    model: str
    repository: str
    path: str
    l0: float | None  # latents that are not 0, on average
    variance_explained: float | None
    neuronpedia: str | None


def releases(model: str | None = None) -> list[Release]:
    """All releases, or those for models with ``model`` in their name, by name.

    :raises BadInput: the library is not installed, or there are none for such a model.
    """
    known = _directory()
    found = [
        Release(name, one["model"], one["repo_id"], len(one["saes"]))
        for name, one in sorted(known.items())
        if model is None or model.lower() in one["model"].lower()
    ]
    if not found:
        models = sorted({one["model"] for one in known.values()})
        raise BadInput(f"there are no releases for {model!r}; there are for {', '.join(models)}")
    return found


def entries(release: str) -> list[Entry]:
    """The SAEs of a release, in its own order.

    :raises BadInput: there is no such release.
    """
    known = _directory()
    if release not in known:
        raise BadInput(f"there is no release {_near(release, known)}; neuronscope saes lists them")
    return [_entry(release, known[release], one) for one in known[release]["saes"]]


def entry(release: str, sae_id: str) -> Entry:
    """One SAE.

    :raises BadInput: there is no such release or id.
    """
    found = {one.id: one for one in entries(release)}
    if sae_id not in found:
        raise BadInput(f"{release} has no SAE {_near(sae_id, found)}; neuronscope saes {release} lists them")
    return found[sae_id]


def configuration(found: Entry, *, patience: float = _PATIENCE) -> Json:
    """What the SAE's own configuration says, of what matters here; fetched from the hub, or found in its cache.

    :param patience: seconds in which the hub has to answer at all.
    :raises StorageFailed: the hub cannot be reached, or says something that cannot be read.
    """
    from huggingface_hub import constants

    name = f"{found.release}/{found.id}"
    kept = Path(constants.HF_HUB_CACHE, f"models--{found.repository.replace('/', '--')}").is_dir()
    if not kept and not constants.HF_HUB_OFFLINE and (why := _silent(constants.ENDPOINT, patience)) is not None:
        raise StorageFailed(
            f"the configuration of {name} is on the hub, and {constants.ENDPOINT} cannot be reached ({why}): try again "
            "where there is a network"
        )
    said = _said_of(found, name)
    said = {**said, **(said.get("metadata") or {})}
    return {name: said[name] for name in _KNOWN if name in said}


def _said_of(found: Entry, name: str) -> Json:
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # it tells of each of its own retries
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from sae_lens.loading.pretrained_sae_loaders import load_sae_config_from_huggingface

            return dict(load_sae_config_from_huggingface(found.release, found.id))
    except Exception as error:  # what hub and library raise has no common kind
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise StorageFailed(f"the configuration of {name} is not to be had: {reason}") from error


def _silent(address: str, seconds: float) -> str | None:
    """Why nothing answers at an address; None where something does, whatever it says."""
    said: list[str | None] = []

    def ask() -> None:
        try:
            urllib.request.urlopen(urllib.request.Request(address, method="HEAD"), timeout=seconds).close()
            said.append(None)
        except urllib.error.HTTPError:
            said.append(None)
        except (OSError, ValueError) as error:
            said.append(" ".join(str(getattr(error, "reason", error)).split())[:120])

    asking = Thread(target=ask, daemon=True)  # looking up a name has no time limit of its own
    asking.start()
    asking.join(seconds)
    return said[0] if said else f"no answer in {seconds:g} s"


def _entry(release: str, one: Json, sae: Json) -> Entry:
    # Where nobody measured anything some entries say 0 latents and all of the variance, which no SAE has.
    measured = (_number(sae.get("l0"), unsaid=0), _number(sae.get("variance_explained"), unsaid=1))
    return Entry(release, sae["id"], one["model"], one["repo_id"], sae["path"], *measured, sae.get("neuronpedia"))


def _number(value: str | None, *, unsaid: float) -> float | None:
    return None if value is None or float(value) == unsaid else float(value)


@cache
def _directory() -> dict[str, Json]:
    """What the library's file says of each release.

    :raises BadInput: the library is not installed, or keeps its directory elsewhere.
    """
    spec = find_spec("sae_lens")  # which imports nothing
    if spec is None or not spec.submodule_search_locations:
        raise BadInput("the directory of SAEs is sae_lens's: pip install 'neuronscope[sae]'")
    file = Path(spec.submodule_search_locations[0], _LISTED)
    if not file.is_file():
        raise BadInput(f"this version of sae_lens has no {_LISTED}, which is its directory: install another one")
    return _read(file)


def _read(file: Path) -> dict[str, Json]:
    """A file of YAML, all scalars as text: what the library that reads it makes of its events takes four times as long.

    :raises BrokenData: it is no table of releases.
    """
    import yaml

    with file.open(encoding="utf-8") as text:
        events: Iterator[yaml.Event] = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        try:
            found = next(_node(event, events) for event in events if isinstance(event, yaml.NodeEvent))
        except (yaml.YAMLError, StopIteration, ValueError) as error:
            raise BrokenData(f"{file.name} of sae_lens cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise BrokenData(f"{file.name} of sae_lens is no table of releases")
    return found


def _node(event: yaml.Event, events: Iterator[yaml.Event]) -> Any:
    """What begins with an event; all that belongs to it is taken from the others."""
    import yaml

    if isinstance(event, yaml.ScalarEvent):
        return None if event.implicit[0] and event.value in ("", "~", "null") else event.value
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(one := next(events), yaml.SequenceEndEvent):
            items.append(_node(one, events))
        return items
    if isinstance(event, yaml.MappingStartEvent):
        fields = {}
        while not isinstance(one := next(events), yaml.MappingEndEvent):
            fields[_node(one, events)] = _node(next(events), events)
        return fields
    raise ValueError(f"it holds {type(event).__name__}, which is not expected there")


def _near(asked: str, known: Any) -> str:
    close = difflib.get_close_matches(asked, list(known), n=3, cutoff=0.3)
    return repr(asked[:80]) + (f" (near it: {', '.join(close)})" if close else "")
