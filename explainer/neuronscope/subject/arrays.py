"""Named arrays from a file, and a digest of them: a .npz or .safetensors path in, tensors out. Nothing is unpickled."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neuronscope.errors import BadInput

if TYPE_CHECKING:
    import torch


def read_arrays(path: Path) -> dict[str, torch.Tensor]:
    """Every array of a ``.npz`` or ``.safetensors`` file, in the file's own dtypes, on the CPU.

    :raises BadInput: no such file, another kind of file, a damaged one, or pickled objects in it.
    """
    if path.suffix not in (".npz", ".safetensors"):
        raise BadInput(f"{path} is neither .npz nor .safetensors: only these two are read")
    if not path.is_file():
        raise BadInput(f"{path}: there is no such file")
    return _read_npz(path) if path.suffix == ".npz" else _read_safetensors(path)


def read_config(path: Path) -> dict[str, Any]:
    """A JSON object.

    :raises BadInput: it cannot be read, or is no object.
    """
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(config, dict):
        raise BadInput(f"{path} holds no JSON object")
    return config


def digest(facts: Mapping[str, object], tensors: Mapping[str, torch.Tensor]) -> str:
    """SHA-256 over facts and over names, dtypes, shapes and bytes of tensors, whatever files they came from."""
    import torch

    total = hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode())
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        total.update(f"\0{name} {tensor.dtype} {list(tensor.shape)}\0".encode())
        total.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return "sha256:" + total.hexdigest()


def _read_npz(path: Path) -> dict[str, torch.Tensor]:
    import numpy as np
    import torch

    try:
        with np.load(path, allow_pickle=False) as stored:
            return {name: torch.from_numpy(np.ascontiguousarray(stored[name])) for name in stored.files}
    except (
        OSError,
        EOFError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise BadInput(f"{path} cannot be read as .npz: {error}") from error


def _read_safetensors(path: Path) -> dict[str, torch.Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return dict(load_file(path))
    except (OSError, SafetensorError) as error:
        raise BadInput(f"{path} cannot be read as .safetensors: {error}") from error
