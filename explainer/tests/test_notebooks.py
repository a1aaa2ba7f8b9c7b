"""The notebooks of docs/, run from the first cell to the last in a kernel of their own, from the checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

CHECKOUT = Path(__file__).parents[2]
NOTEBOOKS = sorted((CHECKOUT / "docs/notebooks").glob("*.ipynb"))


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def printed(notebook: Any) -> str:
    """All that the cells print."""
    return "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", []))


def test_there_are_five() -> None:
    assert len(NOTEBOOKS) == 5


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_what_it_printed(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    assert not [cell for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")]


@pytest.mark.nightly
@pytest.mark.timeout(1800)  # a cell asks the small model some hundred questions
@pytest.mark.skipif(not (CHECKOUT / ".cache/smollm2").is_dir(), reason="the small model is not unpacked")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path) -> None:
    notebook = read(path)
    # A cell that fails raises, with its traceback.
    NotebookClient(notebook, timeout=900, resources={"metadata": {"path": str(CHECKOUT)}}).execute()
    assert printed(notebook).strip()
