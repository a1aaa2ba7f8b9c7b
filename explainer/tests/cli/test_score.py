"""`neuronscope score`, as a person runs it: with SmolLM2 in process, and with nonsense."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
SAMPLE, SMOLLM2 = (Path(__file__).parents[3] / path for path in ("data/sample", ".cache/smollm2"))


@pytest.fixture
def run(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The same with caches of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    return run


def test_a_sentence_is_scored_by_a_real_model_and_said_again_from_the_cache(run: Run) -> None:
    asked = ("score", SAMPLE, "--unit", "2:36", "--text", "ordinal numbers", "--llm", SMOLLM2, "--few-shot", "short")
    code, out, err = run(*asked, "--no-shuffled", "--json")
    assert (code, err) == (0, "")
    said = json.loads(out)
    assert set(said) == {"unit", "text", "scores", "baselines", "provenance"}
    assert said["unit"] == {"dataclass_name": "NeuronId", "layer_index": 2, "neuron_index": 36}
    correlation = said["scores"]["correlation"]
    assert -1 <= correlation["interval"][0] <= correlation["value"] <= correlation["interval"][1] <= 1
    assert (correlation["sequences"], correlation["unparsed"]) == (10, 0)
    assert (
        said["baselines"]["shuffled"]["correlation"] | {"value": None} == said["baselines"]["shuffled"]["correlation"]
    )
    assert "not asked for" in said["baselines"]["shuffled"]["correlation"]["reason"]
    assert said["baselines"]["lookup"]["correlation"]["value"] is not None
    assert said["provenance"]["explainer"] == "person"
    code, out, _ = run(*asked, "--no-shuffled")
    assert code == 0
    assert f"{correlation['value']:.3f}" in out
    assert "Layer 2, unit 36: ordinal numbers" in out


def test_without_a_model_the_token_lookup_alone_has_a_score(run: Run) -> None:
    code, out, _ = run("score", SAMPLE, "--unit", "2:36", "--text", "numbers", "--llm", "none", "--json")
    said = json.loads(out)
    assert code == 0
    assert said["scores"]["correlation"]["value"] is None
    assert "no simulator" in said["scores"]["correlation"]["reason"]
    assert said["baselines"]["lookup"]["correlation"]["value"] > 0
    asked = ("score", SAMPLE, "--unit", "2:36", "--text", "numbers", "--llm", "none", "--json", "--sequences")
    assert json.loads(run(*asked)[1])["sequences"] == []  # nothing was simulated


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--llm", "none", "--text", "x"], "give the unit and the text"),
        (["--llm", "none", "--unit", "2:36"], "give the unit and the text"),
        (["--llm", "none", "--unit", "2:36", "--text", "  "], "give the unit and the text"),
        (["--llm", "none", "--unit", "two", "--text", "x"], "unit 'two' cannot be read"),
        (["--llm", "none", "--unit", "2:1", "--text", "x"], "has no record of unit 2:1"),
        (["--unit", "2:36", "--text", "x"], "name a language model with --llm"),
        (["--llm", "openai:m@http://127.0.0.1:1/v1", "--unit", "2:36", "--text", "x", "--simulator", "dice"], "dice"),
        (["--llm", "none", "--unit", "2:36", "--text", "x", "--split", "train"], "split is train"),
        (["--llm", "none", "--unit", "2:36", "--text", "x", "--sequences"], "for --json: give both"),
    ],
)
def test_bad_input_is_a_sentence_and_exit_code_2(run: Run, arguments: list[str], said: str) -> None:
    code, out, err = run("score", SAMPLE, *arguments)
    assert (code, out) == (2, "")
    assert said in err
