"""Folders of datasets: what the ``datasets`` library really writes, and what a downloaded repository looks like."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from neuronscope.collate.folders import files_of
from neuronscope.collate.text import read_documents
from neuronscope.errors import BadInput

TEXTS = [f"text number {row}" for row in range(25)]


@pytest.fixture(scope="module")
def datasets() -> Any:
    """The library, kept from a network it would ask for nothing here."""
    import datasets

    datasets.disable_progress_bars()
    return datasets


def repository(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    return folder


def test_a_saved_dataset_gives_its_rows_in_order(datasets: Any, tmp_path: Path) -> None:
    saved = datasets.Dataset.from_dict({"text": TEXTS, "ids": [[row, 7] for row in range(25)]})
    saved.save_to_disk(tmp_path / "whole", num_shards=3)
    assert len(files_of(tmp_path / "whole")) == 3
    assert list(read_documents([tmp_path / "whole"])) == TEXTS
    assert list(read_documents([tmp_path / "whole"], field="ids")) == [[row, 7] for row in range(25)]


def test_rows_that_were_chosen_before_saving_are_the_ones_read(datasets: Any, tmp_path: Path) -> None:
    saved = datasets.Dataset.from_dict({"text": TEXTS}).select([4, 2, 9])
    saved.save_to_disk(tmp_path / "chosen")
    assert list(read_documents([tmp_path / "chosen"])) == ["text number 4", "text number 2", "text number 9"]


def test_a_saved_dataset_without_rows_is_empty_and_without_the_field_lists_its_own(
    datasets: Any, tmp_path: Path
) -> None:
    datasets.Dataset.from_dict({"text": []}).save_to_disk(tmp_path / "none")
    with pytest.raises(BadInput, match="none is empty: there is no text in it"):
        list(read_documents([tmp_path / "none"]))
    datasets.Dataset.from_dict({"body": TEXTS, "n": [None] * 25}).save_to_disk(tmp_path / "body")
    with pytest.raises(BadInput, match=r"00001\.arrow has no field 'text'; it has 'body', 'n'"):
        list(read_documents([tmp_path / "body"]))
    with pytest.raises(BadInput, match=r"00001\.arrow, row 1: field 'n' must hold a text"):
        list(read_documents([tmp_path / "body"], field="n"))


def test_a_dataset_of_splits_asks_for_one_of_them(datasets: Any, tmp_path: Path) -> None:
    train, test = datasets.Dataset.from_dict({"text": TEXTS}), datasets.Dataset.from_dict({"text": ["last"]})
    datasets.DatasetDict({"train": train, "test": test}).save_to_disk(tmp_path)
    with pytest.raises(BadInput, match=rf"name one of them \({tmp_path}/test, {tmp_path}/train\)"):
        files_of(tmp_path)
    assert list(read_documents([tmp_path / "test"])) == ["last"]


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("[]", "is not what Dataset.save_to_disk writes"),
        ("{}", "is not what Dataset.save_to_disk writes"),
        ("not json", "is not what Dataset.save_to_disk writes"),
        ({"_data_files": [{"filename": "../secret.arrow"}]}, "names files outside of its folder"),
        ({"_data_files": [{"filename": "a.arrow"}]}, r"names a\.arrow, which is not there: copy the folder again"),
        ({"_data_files": [], "_indices_data_files": [{"filename": "i.arrow"}]}, "load it and save it again"),
    ],
)
def test_a_state_that_cannot_be_followed_is_a_sentence(tmp_path: Path, state: Any, message: str) -> None:
    (tmp_path / "state.json").write_text(state if isinstance(state, str) else json.dumps(state))
    with pytest.raises(BadInput, match=message):
        files_of(tmp_path)


def test_a_repository_gives_its_data_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    names = ["README.md", ".gitattributes", "data/b-1.parquet", "data/b-0.parquet", "LICENSE.txt", ".cache/x.parquet"]
    folder = repository(tmp_path / "tables", *names)
    assert files_of(folder) == [folder / "data/b-0.parquet", folder / "data/b-1.parquet"]
    folder = repository(tmp_path / "lines", "z.jsonl", "a.jsonl.gz", "requirements.txt")
    assert files_of(folder) == [folder / "a.jsonl.gz", folder / "z.jsonl"]
    folder = repository(tmp_path / "texts", "b.TXT", "a.txt", "README.md", "data/c.txt.gz")
    assert files_of(folder) == [folder / "a.txt", folder / "b.TXT", folder / "data/c.txt.gz"]


def test_a_repository_without_one_kind_of_data_says_what_to_name(tmp_path: Path) -> None:
    folder = repository(tmp_path / "mixed", "a.jsonl", "data/a.parquet")
    with pytest.raises(BadInput, match=r"holds a\.parquet and a\.jsonl: name the files of one kind"):
        files_of(folder)
    folder = repository(tmp_path / "languages", "README.md", "en/a.parquet", "de/a.parquet")
    with pytest.raises(BadInput, match=rf"name its files, or one of its folders \({folder}/de, {folder}/en\)"):
        files_of(folder)
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match=r"holds no \.parquet, \.jsonl or \.txt files, .*: name its files$"):
        files_of(tmp_path / "empty")


def test_an_empty_file_among_others_of_a_folder_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("")
    (tmp_path / "b.jsonl").write_text('{"text": "one"}')
    assert list(read_documents([tmp_path])) == ["one"]
