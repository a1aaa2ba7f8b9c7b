"""Arguments as people type them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from neuronscope.cli.arguments import batch_size, check_out, layer_numbers, source_date
from neuronscope.dataset.layout import MANIFEST, WORKING
from neuronscope.errors import BadInput


def test_layers_are_numbers_and_ranges() -> None:
    assert layer_numbers("0,3, 7-9") == (0, 3, 7, 8, 9)
    assert layer_numbers("all") is None
    assert layer_numbers(None) is None


@pytest.mark.parametrize("text", ["", "x", "-1", "3-1", "1,,2", "1-", "0x1", "٣"])
def test_anything_else_says_how_to_write_layers(text: str) -> None:
    with pytest.raises(BadInput, match="write them like 0-5 or 0,3,7-9"):
        layer_numbers(text)


def test_the_environment_may_set_the_date() -> None:
    assert source_date({}) is None
    assert source_date({"SOURCE_DATE_EPOCH": "0"}) == datetime(1970, 1, 1, tzinfo=UTC)
    with pytest.raises(BadInput, match="SOURCE_DATE_EPOCH must be seconds"):
        source_date({"SOURCE_DATE_EPOCH": "yesterday"})


def test_an_output_folder_may_be_new_or_empty(tmp_path: Path) -> None:
    assert check_out(tmp_path) == tmp_path
    assert check_out(tmp_path / "new") == tmp_path / "new"
    (tmp_path / "file").touch()
    for taken in (tmp_path, tmp_path / "file"):
        with pytest.raises(BadInput, match="name a new folder"):
            check_out(taken)
    with pytest.raises(BadInput, match="--out"):
        check_out(None)


def test_an_output_folder_may_hold_an_unfinished_run_when_that_is_to_go_on(tmp_path: Path) -> None:
    (tmp_path / WORKING).mkdir()
    with pytest.raises(BadInput, match="go on with --resume"):
        check_out(tmp_path)
    assert check_out(tmp_path, resume=True) == tmp_path


def test_an_output_folder_that_is_complete_is_none_to_write_to_but_one_to_go_on_with(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).touch()
    for working in (False, True):
        (tmp_path / WORKING).mkdir() if working else None
        with pytest.raises(BadInput, match="holds a complete dataset: name a new folder"):
            check_out(tmp_path)
        assert check_out(tmp_path, resume=True) == tmp_path


def test_going_on_does_not_make_something_else_an_output_folder(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    for taken in (tmp_path, tmp_path / "mine"):
        with pytest.raises(BadInput, match="name a new folder"):
            check_out(taken, resume=True)


def test_a_batch_size_is_a_number_or_auto() -> None:
    assert batch_size("auto") is None
    assert batch_size("32") == 32
    for text in ("", "-1", "3.5", "many", "٣"):
        with pytest.raises(BadInput, match="write a number, or auto"):
            batch_size(text)
