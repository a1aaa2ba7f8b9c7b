"""Compiled kernels on disk: kept while no kernel's source changes, given up together when one does."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import neuronscope

PROGRAM = """
import sys
sys.path.insert(0, {root!r})
import numpy as np
from neuronscope.collate.kernels.choose import choose
from neuronscope.collate.kernels import compiling
out = np.zeros((1, 1), np.int64), np.zeros((1, 3), np.int64), np.zeros((1, 3), np.int64)
choose(np.zeros((1, 2, 1, 256), np.int32), 4, np.arange(1), (0, 0), (0, 0, 0, 1), np.zeros(0, np.int64), out)
print(sum(choose.stats.cache_hits.values()), sum(choose.stats.cache_misses.values()), out[0][0, 0])
"""


@pytest.mark.nightly  # each change compiles everything anew
def test_a_change_to_any_kernel_gives_up_what_was_compiled(tmp_path: Path) -> None:
    source = Path(neuronscope.__file__).parent
    root = tmp_path / "neuronscope"
    shutil.copytree(source, root, ignore=shutil.ignore_patterns("__pycache__"))

    def run() -> list[int]:
        program = PROGRAM.format(root=str(tmp_path))
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        return [int(number) for number in done.stdout.split()]

    first, again = run(), run()
    assert first[:2] == [0, 1]
    assert again[:2] == [1, 0]
    draws = root / "collate/kernels/draws.py"  # another file than that of the kernel that is called
    text = draws.read_text(encoding="utf-8")
    draws.write_text(text.replace("0x9E3779B97F4A7C15", "0x9E3779B97F4A7C17"), encoding="utf-8")
    changed = run()
    assert changed[:2] == [0, 1]
    draws.write_text(text, encoding="utf-8")
    assert run()[2] == again[2] == first[2]
