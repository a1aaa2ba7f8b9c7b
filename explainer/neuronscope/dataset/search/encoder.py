"""Sentences to vectors, by a model on this machine: a folder in, an encoder out. The one door to such models."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from neuronscope.errors import BadInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PIECE = 2**20


class Encoder(Protocol):
    """A model of sentences; ``digest`` is over its files."""

    digest: str

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """[text, dimension], of length 1 each; 0 where nothing of a text is known."""


def load_encoder(folder: Path) -> Encoder:
    """The model2vec model in a folder of this machine; nothing is ever fetched.

    :raises BadInput: there is none, or the library is not installed.
    """
    if not (folder / "config.json").is_file():
        raise BadInput(f"{folder} holds no sentence model: name the folder of a model2vec model, with its config.json")
    if find_spec("model2vec") is None:
        raise BadInput("search by meaning needs model2vec: pip install 'neuronscope[semantic]'")
    from model2vec import StaticModel

    try:
        model = StaticModel.from_pretrained(folder, force_download=False)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise BadInput(f"{folder} holds no sentence model that can be read: {error}") from error
    return _Static(model, _digest(folder))


class _Static:
    def __init__(self, model: object, digest: str) -> None:
        self._model = model
        self.digest = digest

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        import numpy as np

        found = np.asarray(self._model.encode(texts, use_multiprocessing=False), np.float32)  # type: ignore[attr-defined]
        length = np.linalg.norm(found, axis=1, keepdims=True)
        scaled: NDArray[np.float32] = np.divide(found, length, out=np.zeros_like(found), where=length > 0)
        return scaled


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        digest.update(path.name.encode())
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    return digest.hexdigest()[:16]
