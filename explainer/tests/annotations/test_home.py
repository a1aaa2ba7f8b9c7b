"""Where words are kept unless a database is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuronscope.annotations.home import annotations_file
from neuronscope.dataset.localcache import cache_home


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"HOME": "/home/a"}, "/home/a/.local/share"),
        ({"HOME": "/home/a", "XDG_DATA_HOME": "/data"}, "/data"),
        ({"HOME": "/home/a", "XDG_DATA_HOME": "data"}, "/home/a/.local/share"),
        ({"HOME": "/home/a", "XDG_DATA_HOME": ""}, "/home/a/.local/share"),
    ],
)
def test_words_are_in_the_data_home_and_not_in_the_cache(environ: dict[str, str], folder: str) -> None:
    file = annotations_file(environ)
    assert file == Path(folder) / "neuronscope" / "annotations.sqlite"
    assert cache_home(environ) not in file.parents
