"""``neuronscope units``, ``show`` and ``index`` over the sample."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from neuronscope.cli.app import build_app, main

SAMPLE = Path(__file__).parents[3] / "data/sample"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(), list(arguments), catch_exceptions=False)


def test_units_are_sorted_and_limited() -> None:
    found = json.loads(run("units", str(SAMPLE), "--sort", "kurtosis", "--limit", "7", "--json").stdout)
    values = [unit["kurtosis"] for unit in found["units"]]
    assert len(values) == 7
    assert values == sorted(values, reverse=True)
    assert found["total"] == 250
    assert {"layer", "unit", "max", "density", "explanation", "score"} <= set(found["units"][0])
    least = json.loads(run("units", str(SAMPLE), "--sort", "kurtosis", "--ascending", "--json").stdout)["units"]
    assert least[0]["kurtosis"] < values[-1]


def test_units_are_a_table_for_people() -> None:
    result = run("units", str(SAMPLE), "--layers", "16", "--max-density", "0.01", "--limit", "3")
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["unit", "max", "density", "kurtosis", "score", "peak", "explanation"]
    assert len(lines) == 4
    assert all(line.split()[0].startswith("16:") for line in lines[1:])
    assert result.stderr.startswith("3 of ")
    assert run("units", str(SAMPLE), "--min-score", "2").stderr == "No unit is like that.\n"


def test_units_meet_every_condition_and_only_those_named_are_asked() -> None:
    conditions = ("--where", "density<=0.1", "--where", "kurtosis >= 20")
    every = json.loads(run("units", str(SAMPLE), "--limit", "250", "--json").stdout)["units"]
    found = json.loads(run("units", str(SAMPLE), *conditions, "--limit", "250", "--json").stdout)["units"]
    known = [unit for unit in every if None not in (unit["density"], unit["kurtosis"])]
    assert len(known) < len(every)
    assert found == [unit for unit in known if unit["density"] <= 0.1 and unit["kurtosis"] >= 20]
    some = json.loads(run("units", str(SAMPLE), *conditions, "--units", "16:700-800", "--json").stdout)["units"]
    assert some == [unit for unit in found if unit["layer"] == 16 and 700 <= unit["unit"] <= 800]


def test_a_file_has_the_whole_selection_unless_it_is_limited(tmp_path: Path) -> None:
    out = tmp_path / "units.json"
    selection = ("units", str(SAMPLE), "--sort", "kurtosis", "--where", "layer<=9")
    assert run(*selection, "--out", str(out)).stderr == f"100 of 100 units written to {out}\n"
    assert (
        json.loads(out.read_text())["units"] == json.loads(run(*selection, "--limit", "100", "--json").stdout)["units"]
    )
    said = run(*selection, "--out", str(out), "--limit", "3", "--json").stdout
    assert json.loads(said) == {"out": str(out), "units": 3, "total": 100}
    assert len(json.loads(out.read_text())["units"]) == 3


def test_a_unit_is_shown_with_its_texts() -> None:
    said = run("show", str(SAMPLE), "16:750", "--limit", "2").stdout
    assert "Layer 16, unit 750" in said
    assert "Top: 2 of 20" in said
    assert "Random: 2 of 15" in said
    record = json.loads(run("show", str(SAMPLE), "16:750", "--json").stdout)["record"]
    peak = max(record["most_positive_activation_records"][0]["activations"][1:])
    assert f"{peak:.3g}" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", str(SAMPLE), "16"], "write layer and unit like 12:345"),
        (["show", str(SAMPLE), "16:2"], "has no unit 2; it has 50 from 19 to 1503"),
        (["show", str(SAMPLE), "3:2"], "has no layer 3"),
        (["units", str(SAMPLE), "--sort", "x"], "cannot be sorted by 'x'"),
        (["units", str(SAMPLE), "--where", "density<0.1"], "as in density<=0.01"),
        (["units", str(SAMPLE), "--units", "16:2"], "has no unit 16:2"),
        (["units", "/no/such/folder", "--out", "units.xlsx"], "end with .csv, .parquet, .json"),
        (["units", str(SAMPLE), "--out", "/no/such/folder/units.csv"], "does not exist"),
        (["index", "/no/such/folder"], "does not exist"),
    ],
)
def test_nonsense_is_a_sentence_and_exit_code_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    assert leaving.value.code == 2
    assert said in capsys.readouterr().err


def test_index_says_what_it_wrote(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "set")
    (tmp_path / "set/units.parquet").unlink(missing_ok=True)
    first = json.loads(run("index", str(tmp_path / "set"), "--json").stdout)
    assert (first["units"], first["tables"]) == (250, str(tmp_path / "set"))
    assert first["changed"] >= 1
    assert Path(first["search"]).is_dir()
    assert json.loads(run("index", str(tmp_path / "set"), "--json").stdout)["changed"] == 0
    assert run("check", str(tmp_path / "set")).exit_code == 0
