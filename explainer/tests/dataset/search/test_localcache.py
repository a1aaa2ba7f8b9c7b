"""Where derived files are kept."""

from __future__ import annotations

import pytest

from neuronscope.dataset.localcache import cache_folder, cache_home


@pytest.mark.parametrize(
    ("environ", "home"),
    [
        ({"XDG_CACHE_HOME": "/var/c", "HOME": "/home/a"}, "/var/c/neuronscope"),
        ({"HOME": "/home/a"}, "/home/a/.cache/neuronscope"),
        ({"XDG_CACHE_HOME": "", "HOME": "/home/a"}, "/home/a/.cache/neuronscope"),
        ({"XDG_CACHE_HOME": "not/absolute", "HOME": "/home/a"}, "/home/a/.cache/neuronscope"),
    ],
)
def test_the_cache_is_where_the_environment_says(environ, home):
    assert str(cache_home(environ)) == home


def test_each_dataset_has_its_folder_however_its_path_is_written(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    one = cache_folder(tmp_path, str(tmp_path / "a"))
    assert one == cache_folder(tmp_path, f"{tmp_path}/a/") == cache_folder(tmp_path, str(tmp_path / "link"))
    assert one != cache_folder(tmp_path, str(tmp_path / "b"))
    assert cache_folder(tmp_path, "https://a.org/d") == cache_folder(tmp_path, "https://a.org/d/")
    assert cache_folder(tmp_path, "https://a.org/d") != cache_folder(tmp_path, "https://a.org/e")
