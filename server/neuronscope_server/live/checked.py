"""The arguments of serve that name a live model: looked at before anything is loaded; a mistake is a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from neuronscope.dataset.opening import slug
from neuronscope.errors import BadInput
from neuronscope_server.shapes import LiveOptions

_KINDS = ("sae:", "vectors:", "crosscoder:")


@dataclass(frozen=True)
class Devices:
    """Where the model, the base model beside it and crosscoders over both run; None: where the model does."""

    model: str = "auto"
    base: str | None = None
    crosscoder: str | None = None


def checked_live(
    model: str | None, saes: list[str], base: str | None, dtype: str, devices: Devices
) -> LiveOptions | None:
    """``[NAME=]MODEL`` and ``[NAME=]SAE``s as options; None without a model. Nothing is loaded.

    :raises BadInput: SAEs without a model, two of one name, a folder that is not there, or no library to run models; a
        device of what is not given.
    """
    if devices.base is not None and base is None:
        raise BadInput("--base-device is given, but no base model: name one with --base.")
    if devices.crosscoder is not None and not any("crosscoder:" in given for given in saes):
        raise BadInput("--crosscoder-device is given, but no crosscoder: name one with --sae crosscoder:FOLDER@LAYER.")
    if model is None:
        if saes or base:
            given = "--sae" if saes else "--base"
            raise BadInput(f"{given} is given, but no model that it belongs to: name one with --model.")
        return None
    name, path = _named(model)
    _refuse_missing(path)
    found: dict[str, str] = {}
    for given in saes:
        sae, where = _named(given)
        asked = where if where.startswith(_KINDS) else f"sae:{where}"
        if asked.startswith("crosscoder:"):
            _refuse_no_pair(asked, base)
        if sae in found:
            raise BadInput(f"two SAEs are called {sae!r}: name one of them, NAME={where}")
        found[sae] = asked
    if base is not None:
        _refuse_missing(base)
    return LiveOptions(name, path, found, base, dtype, devices.model, devices.base, devices.crosscoder)


def _refuse_no_pair(asked: str, base: str | None) -> None:
    folder, _, layer = asked.removeprefix("crosscoder:").rpartition("@")
    if not folder or not layer.isdecimal():
        raise BadInput(f"{asked} does not say after which layer it reads: write crosscoder:FOLDER@LAYER")
    if base is None:
        raise BadInput(f"{asked} reads two models: name the other one with --base.")


def _named(given: str) -> tuple[str, str]:
    """A name and a place; without a name the place's last part is it."""
    name, sign, where = given.partition("=")
    if not sign or "/" in name or Path(given).exists():
        name, where = "", given
    if not where.strip():
        raise BadInput(
            f"{given!r} names nothing: give a folder, a .gguf file or a name of the hub, or NAME= and one of them"
        )
    local = Path(where).expanduser()
    place = str(local.absolute()) if local.exists() else where
    base = place.rpartition("@")[0] or place if not local.exists() else str(local.resolve())
    return slug(name or base.rstrip("/").rpartition("/")[2]), place


def _refuse_missing(path: str) -> None:
    if path.startswith(("/", "./", "../", "~")) and not Path(path).expanduser().exists():
        raise BadInput(f"{path} is not there: give --model a folder with a model, a .gguf file, or a name of the hub.")
    if missing := [name for name in ("torch", "transformers") if find_spec(name) is None]:
        raise BadInput(f"--model needs {' and '.join(missing)}: pip install 'neuronscope[model]'")
