"""The examples of docs/dashboards.md, run as they stand there, with a tiny model for the small one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import neuronscope.dashboards

CHECKOUT = Path(__file__).parents[3]
PAGE = (CHECKOUT / "docs/dashboards.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.usefixtures("script", "one_thread")
def test_every_example_of_the_page_runs(tiny_llama: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").symlink_to(CHECKOUT / "data")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache/smollm2").symlink_to(tiny_llama)
    monkeypatch.chdir(tmp_path)
    assert len(BLOCKS) == 7
    for block in BLOCKS:
        exec(compile(block, "docs/dashboards.md", "exec"), {})
    written = {path.name for path in tmp_path.glob("*.*")}
    assert written >= {"report.html", "features.db", "typed.html", "heatmap.html", "mine.html"}


def test_the_first_examples_are_three_lines() -> None:
    assert [sum(map(bool, block.splitlines())) for block in BLOCKS[:3]] == [3, 3, 3]


def test_the_example_of_ones_own_is_at_most_twenty_lines() -> None:
    (own,) = [block for block in BLOCKS if "class Mine" in block]
    assert sum(bool(line.strip()) for line in own.splitlines()) <= 20


def test_every_name_of_the_table_is_there() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)`", PAGE, re.MULTILINE)
    assert len(rows) == 3
    for name, same in rows:
        if name == "export_to_html":
            assert neuronscope.dashboards.OnlineFeatureDashboard.export_to_html.__name__ == same
        else:
            assert getattr(neuronscope.dashboards, name) is getattr(neuronscope.dashboards, same)
