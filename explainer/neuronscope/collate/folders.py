"""A path of text in, the files that are read for it out: itself, or those of a Hugging Face dataset's folder."""

from __future__ import annotations

import json
from pathlib import Path

from neuronscope.errors import BadInput

_STATE, _SPLITS = "state.json", "dataset_dict.json"

# The kinds of data files in a dataset's repository. A .txt file beside a better kind is a licence or a note.
_TABLES = ((".parquet",), (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"))
_TEXTS = (".txt", ".txt.gz")


def files_of(path: Path) -> list[Path]:
    """The path itself, or of a folder what ``Dataset.save_to_disk`` wrote, or the data files in it and in ``data/``.

    The files of a repository stand in the order of their names; those of a saved dataset in its own order.

    :raises BadInput: a folder with several splits, with several kinds of data files, or without any.
    """
    if not path.is_dir():
        return [path]
    if (path / _SPLITS).is_file():
        splits = ", ".join(sorted(str(state.parent) for state in path.glob(f"*/{_STATE}")))
        raise BadInput(f"{path} holds the splits of a dataset: name one of them ({splits or 'none are there'})")
    return _saved(path) if (path / _STATE).is_file() else _repository(path)


def _saved(folder: Path) -> list[Path]:
    files = [folder / name for name in _state_names(folder / _STATE)]
    for file in files:
        if not file.is_file():
            raise BadInput(f"{folder / _STATE} names {file.name}, which is not there: copy the folder again")
    return files


def _state_names(path: Path) -> list[str]:
    """:raises BadInput: it is not the state of a saved dataset, or one with rows chosen by a further file."""
    try:
        state = json.loads(path.read_bytes())
        names = [str(entry["filename"]) for entry in state["_data_files"]]
        chosen = state.get("_indices_data_files") or state.get("_indices_files")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadInput(f"{path} is not what Dataset.save_to_disk writes: save the dataset again") from error
    if any(Path(name).name != name for name in names):
        raise BadInput(f"{path} names files outside of its folder: save the dataset again")
    if chosen:
        raise BadInput(f"{path} is of an old form that keeps its choice of rows in a file: load it and save it again")
    return names


def _repository(folder: Path) -> list[Path]:
    files = sorted(file for place in (folder, folder / "data") for file in _visible(place) if file.is_file())
    kinds = [found for kind in _TABLES if (found := _of_kind(files, kind))]
    if len(kinds) > 1:
        raise BadInput(f"{folder} holds {kinds[0][0].name} and {kinds[1][0].name}: name the files of one kind")
    found = kinds[0] if kinds else _of_kind(files, _TEXTS)
    if not found:
        raise BadInput(
            f"{folder} holds no .parquet, .jsonl or .txt files, neither itself nor in data/, and no {_STATE} of "
            f"Dataset.save_to_disk: name its files{_other_folders(folder)}"
        )
    return found


def _of_kind(files: list[Path], suffixes: tuple[str, ...]) -> list[Path]:
    return [file for file in files if file.name.lower().endswith(suffixes)]


def _other_folders(folder: Path) -> str:
    names = sorted(str(child) for child in _visible(folder) if child.is_dir())
    return f", or one of its folders ({', '.join(names[:8])}{', ...' if len(names) > 8 else ''})" if names else ""


def _visible(folder: Path) -> list[Path]:
    return [child for child in folder.iterdir() if not child.name.startswith(".")] if folder.is_dir() else []
