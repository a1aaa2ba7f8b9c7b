"""``neuronscope import explanations``: counts, one JSON object, and a sentence for nonsense."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
ENTRY = {"modelId": "gpt2-small", "layer": "6-res-jb", "index": "3", "description": "names of rivers"}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def a_list(tmp_path: Path) -> Path:
    path = tmp_path / "list.json"
    entries = [ENTRY, ENTRY, ENTRY | {"index": "4", "description": ""}, ENTRY | {"index": "9", "description": "commas"}]
    path.write_text(json.dumps(entries))
    return path


def test_a_new_dataset_is_counted_in_one_object_and_can_be_looked_at(run: Run, a_list: Path, tmp_path: Path) -> None:
    new = tmp_path / "words"
    code, out, err = run("import", "explanations", a_list, "--new", new, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "dataset": str(new), "files": 1, "read": 4, "added": 2, "there": 1, "units": 2, "empty": 1,
        "model": "gpt2-small", "sources": ["6-res-jb"],
    }  # fmt: skip
    assert run("check", new)[0] == 0
    code, out, _ = run("units", new, "--json")
    assert [row["explanation"] for row in json.loads(out)["units"]] == ["names of rivers", "commas"]
    code, out, _ = run("search", new, "rivers", "--json")
    assert [hit["unit"] for hit in json.loads(out)["hits"]] == [3]
    code, out, _ = run("show", new, "6:3")
    assert (code, "names of rivers" in out, "holds no activations" in out) == (0, True, True)


def test_units_without_activations_are_not_explained_but_refused(run: Run, a_list: Path, tmp_path: Path) -> None:
    new = tmp_path / "words"
    run("import", "explanations", a_list, "--new", new)
    code, out, err = run("explain", new, "--llm", "none")
    assert (code, out) == (2, "")
    assert "words holds no activations" in err
    assert not (new / "reports").exists()


def test_a_second_import_says_that_all_is_there(run: Run, a_list: Path, tmp_path: Path) -> None:
    new = tmp_path / "words"
    run("import", "explanations", a_list, "--new", new, "--units", "10")
    code, out, err = run("import", "explanations", a_list, "--dataset", new)
    assert (code, out) == (0, "")
    assert "0 explanations of gpt2-small added to 0 units" in err
    assert "3 were there already and 1 had no words and were left out" in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "name a dataset to add to with --dataset, or a new folder with --new"),
        (("--dataset", "a", "--new", "b"), "one of the two"),
        (("--dataset", "absent"), "absent does not exist"),
        (("--dataset", "absent", "--layers", "3"), "are for a new dataset"),
        (("--new", "words", "--kind", "dance"), "There is no kind of unit 'dance'"),
        (("--new", "list.json"), "is a file"),
        (("--new", "words", "--units", "0"), "--units"),
        (("--dataset", "s3://bucket/there"), "s3:// is not read"),
    ],
)
def test_nonsense_is_a_sentence_and_exit_code_2(
    run: Run, a_list: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.chdir(a_list.parent)
    code, out, err = run("import", "explanations", a_list.name, *arguments)
    assert (code, out) == (2, "")
    assert sentence in err
    assert "Traceback" not in err
    assert not (a_list.parent / "words").exists()


def test_the_group_and_the_command_have_help(run: Run) -> None:
    assert "explanations" in run("import", "--help")[1]
    code, out, _ = run("import", "explanations", "--help")
    assert code == 0
    assert "Example: neuronscope import explanations" in out
