"""Directions from a file: ``vectors:FILE`` in, a Source out whose units are x . v (+ bias).

FILE is a ``.npz`` or a ``.safetensors``. Each array [unit, d] is named after the hook point where its directions are
read (``blocks.12.hook_resid_post``, or a module of the model, ``model.layers.12.mlp.output``); an array [unit] of the
same name with ``.bias`` behind it is added. One hook point per layer, as many layers as wanted.
"""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.subject.activations import widths
from neuronscope.subject.arrays import read_arrays
from neuronscope.subject.hooks import find_hook, pattern
from neuronscope.subject.model import Subject
from neuronscope.subject.source import Directions, Reader, Source

if TYPE_CHECKING:
    import torch

_BIAS = ".bias"


def open_vectors(subject: Subject, asked: str) -> Source:
    """The directions of a file.

    :raises BadInput: no such file, arrays of another shape, numbers that are not finite, a name that is no hook point
        of this model, or two hook points in one layer.
    """
    path = Path(asked).expanduser()
    arrays = read_arrays(path)
    names = sorted(name for name in arrays if not name.endswith(_BIAS))
    if not names:
        raise BadInput(
            f"{path} holds no directions: name an array [unit, d] after its hook point, blocks.5.hook_mlp_out"
        )
    if lost := [name for name in arrays if name.endswith(_BIAS) and name.removesuffix(_BIAS) not in arrays]:
        raise BadInput(f"{path}: {lost[0]} belongs to no array {lost[0].removesuffix(_BIAS)}")
    points = {name: find_hook(subject, name) for name in names}
    measured = widths(subject, points.values())
    readers: dict[int, Reader] = {}
    for name, point in sorted(points.items(), key=lambda item: item[1].layer):
        if point.layer in readers:
            other = readers[point.layer].points[0].name
            raise BadInput(f"{path}: {other} and {name} are both in layer {point.layer}: put them into two files")
        directions, bias = _checked(path, name, arrays, measured[point])
        reading = directions.T.to(subject.device)
        project = partial(_project, reading, bias.to(subject.device))
        along = Directions(reading=(reading,), out=(point,), writing=partial(_transposed, reading))
        readers[point.layer] = Reader((point,), len(directions), project, along)
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()
    return Source(
        kind="vectors",
        title=f"directions of {path.name}",
        hook=pattern([readers[layer].points[0].name for layer in readers]),
        true_zero=False,
        sparse=False,
        hash=f"sha256:{content}",
        prepend_bos=None,
        readers=readers,
    )


def _checked(path: Path, name: str, arrays: dict[str, torch.Tensor], width: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Directions [unit, d] and bias [unit] in float32."""
    import torch

    directions = arrays[name]
    if directions.ndim != 2 or directions.shape[0] == 0 or directions.shape[1] != width:
        raise BadInput(f"{path}: {name} is {list(directions.shape)}, but [unit, {width}] fits that hook point")
    bias = arrays.get(name + _BIAS, torch.zeros(len(directions)))
    if tuple(bias.shape) != (len(directions),):
        raise BadInput(f"{path}: {name}{_BIAS} is {list(bias.shape)}, but [{len(directions)}] fits its directions")
    directions, bias = directions.float(), bias.float()
    if not (torch.isfinite(directions).all() and torch.isfinite(bias).all()):
        raise BadInput(f"{path}: {name} holds numbers that are not finite")
    return directions, bias


def _project(directions: torch.Tensor, bias: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """[sequence, position, unit] from directions [d, unit], computed in float32, in the dtype of ``values``."""
    return (values.float() @ directions + bias).to(values.dtype)


def _transposed(reading: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """A direction is read and written along itself."""
    return (reading.T,)
