"""The lines of docs/migrating.md, run as they stand there, from the checkout."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import neuronscope.explain

CHECKOUT = Path(__file__).parents[2]
PAGE = (CHECKOUT / "docs/migrating.md").read_text(encoding="utf-8")


def run(code: str) -> dict[str, Any]:
    """Run code that may await at its top level, as a notebook does; its names come back."""
    names: dict[str, Any] = {}

    async def whole() -> None:
        for block in re.findall(r"^```python\n(.*?)^```$", code, re.MULTILINE | re.DOTALL):
            compiled = compile(block, "docs/migrating.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            found = eval(compiled, names)
            if inspect.isawaitable(found):
                await found

    asyncio.run(whole())
    return names


@pytest.mark.nightly
@pytest.mark.skipif(not (CHECKOUT / ".cache/smollm2").is_dir(), reason="the small model is not unpacked")
@pytest.mark.filterwarnings("ignore:a simulation failed")
def test_every_line_of_the_page_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(CHECKOUT)
    names = run(PAGE)
    assert names["explanations"][0].strip()
    assert len(names["scored"].scored_sequence_simulations) == len(names["splits"].valid) == 10
    printed = capsys.readouterr().out.split()
    assert len(printed) == 2
    assert float(printed[0]) == pytest.approx(names["scored"].ev_correlation_score)


def test_every_name_on_the_right_of_the_table_is_there() -> None:
    rows = [line.split("|")[2] for line in PAGE.splitlines() if line.startswith("| `")]
    named = {
        name for row in rows for name in re.findall(r"`(?:await |neuronscope\.explain\.)?([A-Z]\w+|calculate\w+)", row)
    }
    assert named >= {"calculate_max_activation", "TokenActivationPairExplainer", "ExplanationNeuronSimulator"}
    assert not {name for name in named - {"None"} if not hasattr(neuronscope.explain, name)}
