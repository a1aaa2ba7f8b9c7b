"""Published SAEs: the directory of sae_lens, which lies on this machine, and configurations from the hub."""

from __future__ import annotations

import difflib
import logging
import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from neuronscope.errors import BadInput, StorageFailed

_KNOWN = (
    *("architecture", "d_in", "d_sae", "hook_name", "hook_layer", "prepend_bos", "context_size", "dataset_path"),
    *("dtype", "normalize_activations", "apply_b_dec_to_input", "model_name"),
)


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
    found = [
        Release(name, one.model, one.repo_id, len(one.saes_map))
        for name, one in sorted(_directory().items())
        if model is None or model.lower() in one.model.lower()
    ]
    if not found:
        models = sorted({one.model for one in _directory().values()})
        raise BadInput(f"there are no releases for {model!r}; there are for {', '.join(models)}")
    return found


def entries(release: str) -> list[Entry]:
    """The SAEs of a release, in its own order.

    :raises BadInput: there is no such release.
    """
    known = _directory()
    if release not in known:
        raise BadInput(f"there is no release {_near(release, known)}; neuronscope saes lists them")
    return [_entry(known[release], id_) for id_ in known[release].saes_map]


def entry(release: str, sae_id: str) -> Entry:
    """One SAE.

    :raises BadInput: there is no such release or id.
    """
    found = {one.id: one for one in entries(release)}
    if sae_id not in found:
        raise BadInput(f"{release} has no SAE {_near(sae_id, found)}; neuronscope saes {release} lists them")
    return found[sae_id]


def configuration(found: Entry) -> dict[str, Any]:
    """What the SAE's own configuration says, of what matters here; fetched from the hub, or found in its cache.

    :raises StorageFailed: the hub cannot be reached, or says something that cannot be read.
    """
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # it tells of each of its own retries
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from sae_lens.loading.pretrained_sae_loaders import load_sae_config_from_huggingface

            said = load_sae_config_from_huggingface(found.release, found.id)
    except Exception as error:  # what hub and library raise has no common kind
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise StorageFailed(f"the configuration of {found.release}/{found.id} is not to be had: {reason}") from error
    said = {**said, **(said.get("metadata") or {})}
    return {name: said[name] for name in _KNOWN if name in said}


def _entry(one: Any, id_: str) -> Entry:
    # Where nobody wrote a number down the library puts 0 latents and all of the variance, which no SAE has.
    measured = (_number(one.expected_l0, id_, unsaid=0), _number(one.expected_var_explained, id_, unsaid=1))
    known = one.neuronpedia_id or {}
    return Entry(one.release, id_, one.model, one.repo_id, one.saes_map[id_], *measured, known.get(id_))


def _number(numbers: Any, id_: str, *, unsaid: float) -> float | None:
    value = (numbers or {}).get(id_)
    return None if value is None or float(value) == unsaid else float(value)


def _directory() -> Any:
    if find_spec("sae_lens") is None:
        raise BadInput("the directory of SAEs is sae_lens's: pip install 'neuronscope[sae]'")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sae_lens.loading.pretrained_saes_directory import get_pretrained_saes_directory

        return get_pretrained_saes_directory()


def _near(asked: str, known: Any) -> str:
    close = difflib.get_close_matches(asked, list(known), n=3, cutoff=0.3)
    return repr(asked[:80]) + (f" (near it: {', '.join(close)})" if close else "")
