"""The wheel in an environment of its own: nothing but the two packages in it, the viewer and the sample aboard."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
import venv
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
TAKEN_ALONG = ("explainer", "server", "setup.py", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing an earlier build left lying about can travel."""
    source = tmp_path_factory.mktemp("source")
    for name in TAKEN_ALONG:
        path = CHECKOUT / name
        (shutil.copytree if path.is_dir() else shutil.copy)(path, source / name)
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(out), str(source)]
    subprocess.run(command, check=True, timeout=200)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment holding the wheel; what it depends on is lent by ours, without our editable install."""
    home = tmp_path_factory.mktemp("empty")
    venv.create(home, with_pip=True)
    interpreter = home / "bin/python"
    command = [interpreter, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run(command, check=True, timeout=100)
    return interpreter


@pytest.mark.parametrize("folder", ["server", "data", "explainer", "viewer"])
def test_the_rooms_are_not_importable_from_an_installed_copy(python: Path, folder: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [python, "-c", f"import {folder}"], cwd=tmp_path, env={}, capture_output=True, text=True, check=False
    )
    assert f"No module named '{folder}'" in done.stderr


def test_the_installed_server_brings_its_sample_and_viewer_along(python: Path, tmp_path: Path) -> None:
    command = [python.parent / "neuronscope", "serve", "--port", "0", "--json"]
    # A path entry does not process .pth files, so our own editable packages stay out of it.
    lent = {"PYTHONPATH": sysconfig.get_path("purelib"), "PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    server = subprocess.Popen(command, cwd=tmp_path, env=lent, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        url = json.loads(server.stdout.readline())["url"].rstrip("/")
        with urllib.request.urlopen(url) as page:
            assert re.search(rb'<div id="?root', page.read())
        with urllib.request.urlopen(f"{url}/api/datasets/sample/dataset.json") as manifest:
            assert json.load(manifest)["model"]["units_per_layer"] == 1536
    finally:
        server.terminate()
        server.wait(timeout=20)
