"""Arguments as people type them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from neuronscope.cli.arguments import check_free, layer_numbers, source_date
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
    check_free(tmp_path)
    check_free(tmp_path / "new")
    (tmp_path / "file").touch()
    for taken in (tmp_path, tmp_path / "file"):
        with pytest.raises(BadInput, match="name a new folder"):
            check_free(taken)
