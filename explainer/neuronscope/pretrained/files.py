"""Which files a model is made of: a path or hub id in, a folder with weights and tokenizer out, and its digest."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from neuronscope.errors import BadInput

_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
_OTHERS = ("*.json", "*.model", "merges.txt", "vocab.txt")
_WORDING = ("*.jinja",)  # chat templates: needed, but no part of what the units of a model are
_TOKENIZERS = ("tokenizer.json", "*.model", "vocab.json", "vocab.txt")


@dataclass(frozen=True)
class ModelFiles:
    """A model folder; ``gguf`` is the name of the one file in it that counts, or None for the whole folder."""

    name: str
    folder: Path
    gguf: str | None = None

    def digest(self) -> str:
        """SHA-256 over names and contents of the weight, configuration and tokenizer files."""
        found = [self.folder / self.gguf] if self.gguf else _matching(self.folder, (*_WEIGHTS, *_OTHERS))
        total = hashlib.sha256()
        for path in found:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").digest()
            # A GGUF file is one model whatever it is called.
            total.update(b"" if self.gguf else path.name.encode() + b"\0")
            total.update(content)
        return "sha256:" + total.hexdigest()


def find_files(path: str) -> ModelFiles:
    """Find the model that ``path`` names: a folder, a .gguf file, or else a hub id, which is downloaded and cached.

    :raises BadInput: nothing is there, or the folder lacks configuration, weights or tokenizer.
    """
    local = Path(path).expanduser()
    if local.is_file():
        if local.suffix.lower() != ".gguf":
            raise BadInput(f"{path} is a file: give a model folder, a hub id, or a file that ends in .gguf")
        return ModelFiles(local.stem, local.parent, local.name)
    if path and local.is_dir():
        return _checked(ModelFiles(local.resolve().name, local))
    if _looks_local(path):
        raise BadInput(f"{path}: there is no such model folder or file")
    return _checked(ModelFiles(path, _from_hub(path)))


def _looks_local(path: str) -> bool:
    """Hub ids are ``name`` or ``owner/name``."""
    return not re.fullmatch(r"[A-Za-z0-9_-][\w.-]*(/[A-Za-z0-9_-][\w.-]*)?", path) or path.lower().endswith(".gguf")


def _checked(files: ModelFiles) -> ModelFiles:
    if not (files.folder / "config.json").is_file():
        hint = ": name the .gguf file itself" if _matching(files.folder, ("*.gguf",)) else ""
        raise BadInput(f"{files.folder} holds no config.json, so it is not a Hugging Face model folder{hint}")
    if not _matching(files.folder, _WEIGHTS):
        raise BadInput(f"{files.folder} holds no weights: no *.safetensors and no pytorch_model*.bin")
    if not _matching(files.folder, _TOKENIZERS):  # transformers would make up an empty one
        raise BadInput(f"{files.folder} holds no tokenizer: no tokenizer.json, *.model or vocab file")
    return files


def _matching(folder: Path, patterns: tuple[str, ...]) -> list[Path]:
    return sorted({path for pattern in patterns for path in folder.glob(pattern) if path.is_file()})


def _from_hub(name: str) -> Path:
    """Download what is needed, weights as safetensors where the hub has them."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
    )

    try:
        folder = Path(snapshot_download(name, allow_patterns=["*.safetensors", *_OTHERS, *_WORDING]))
        if not _matching(folder, _WEIGHTS):
            folder = Path(snapshot_download(name, allow_patterns=[*_WEIGHTS, *_OTHERS, *_WORDING]))
    except LocalEntryNotFoundError as error:  # what the hub's library raises where it cannot connect
        raise BadInput(f"{name}: there is no such folder here, and the hub cannot be reached to ask for it") from error
    except GatedRepoError as error:
        raise BadInput(
            f"{name}: the hub gives this model to those alone who accepted its terms there and are logged in: see the "
            "model's page, then run hf auth login"
        ) from error
    except RepositoryNotFoundError as error:
        raise BadInput(
            f"{name}: there is no such folder here, and no such model on the hub; for a private one, run hf auth login"
        ) from error
    except (OSError, HfHubHTTPError, HFValidationError) as error:
        reason = str(error).strip().splitlines()[0]
        raise BadInput(f"{name}: there is no such folder here, and the hub did not give it ({reason})") from error
    return folder
