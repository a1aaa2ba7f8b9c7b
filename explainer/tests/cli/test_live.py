"""Commands on live text, run for real on a tiny model: what they print, what they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import torch

from neuronscope.cli.printable import on_a_line
from neuronscope.subject import encode, load_subject

TEXT = "the cat sees a dog"
Run = Callable[..., tuple[int, str, str]]


def printed(run: Run, *arguments: object) -> Any:
    code, out, err = run(*arguments, "--json")
    assert code == 0, err
    return json.loads(out)


def test_predict_tells_of_answers_as_the_model_sees_them(run: Run, tiny_gpt2: Path) -> None:
    subject = load_subject(str(tiny_gpt2))
    ids = encode(subject.tokenizer, TEXT)
    answer = encode(subject.tokenizer, " cat")
    with torch.inference_mode():
        logits = subject.model(torch.tensor([[*ids, *answer]])).logits[0]
    told = printed(run, "predict", tiny_gpt2, TEXT, "--answer", " cat", "--top", 3)
    assert "".join(told["tokens"]) == TEXT
    assert len(told["positions"]) == len(told["tokens"])
    (found,) = told["answers"]
    rows = logits[len(ids) - 1 : -1]
    assert found["logit"] == pytest.approx(float(rows[0, answer[0]]), abs=1e-5)
    assert found["rank"] == int((rows[0] > rows[0, answer[0]]).sum())
    each = [float(row.softmax(-1)[token]) for row, token in zip(rows, answer, strict=True)]
    assert [one["probability"] for one in found["per_token"]] == pytest.approx(each, rel=1e-4)
    assert found["probability"] == pytest.approx(float(torch.tensor(each).prod()), rel=1e-4)
    assert len(told["next"]["top"]) == 3


def test_predict_with_changes_says_both(run: Run, tiny_gpt2: Path) -> None:
    told = printed(run, "predict", tiny_gpt2, TEXT, "--add", "0:3=0", "--ablate", "1:5")
    assert told["changed"]["loss"] != told["loss"]
    code, out, _ = run("predict", tiny_gpt2, TEXT, "--answer", " cat", "--scale", "0:3=2")
    assert code == 0
    assert "with the changes" in out


def test_activations_are_drawn_and_told(run: Run, tiny_gpt2: Path) -> None:
    told = printed(run, "activations", tiny_gpt2, TEXT, "--unit", "1:5", "--unit", "0:3")
    assert [(unit["layer"], unit["unit"]) for unit in told["units"]] == [(1, 5), (0, 3)]
    code, out, _ = run("activations", tiny_gpt2, TEXT, "--unit", "1:5")
    assert code == 0
    assert TEXT in out
    assert "layer 1, unit 5" in out


def test_top_lists_the_strongest_of_each_token(run: Run, tiny_gpt2: Path) -> None:
    told = printed(run, "top", tiny_gpt2, TEXT, "-k", 2)
    assert [len(group) for group in told["positions"]] == [0, *[2] * (len(told["tokens"]) - 1)]
    code, out, _ = run("top", tiny_gpt2, TEXT, "-k", 2, "--per", "text")
    assert code == 0
    assert "description" in out


def test_generate_says_what_comes_and_with_changes_both(run: Run, tiny_gpt2: Path) -> None:
    told = printed(run, "generate", tiny_gpt2, TEXT, "-n", 5)
    code, out, _ = run("generate", tiny_gpt2, TEXT, "-n", 5)
    shown = "\n".join(on_a_line(line) for line in told["runs"][0]["text"].split("\n"))
    assert (code, out) == (0, shown + "\n")
    both = printed(run, "generate", tiny_gpt2, TEXT, "-n", 5, "--set", "1:5=30")
    assert [one["run"] for one in both["runs"]] == ["without", "with"]
    assert both["runs"][0] == told["runs"][0]


def test_hooks_lists_every_hook_point_with_its_shape(run: Run, tiny_gpt2: Path) -> None:
    subject = load_subject(str(tiny_gpt2))
    told = printed(run, "hooks", tiny_gpt2, TEXT)
    values = subject.run(TEXT, [hook["name"] for hook in told["hooks"]])
    assert [hook["shape"] for hook in told["hooks"]] == [list(values[hook["name"]].shape) for hook in told["hooks"]]
    assert {"blocks.0.hook_resid_pre", "blocks.1.attn.hook_z"} <= {hook["name"] for hook in told["hooks"]}


def test_trace_lists_nodes_and_checks_them(run: Run, tiny_gpt2: Path, tmp_path: Path) -> None:
    told = printed(run, "trace", tiny_gpt2, TEXT, "--metric", "logit:a", "--top", 9, "--verify")
    assert told["metric"] == "logit:a"
    assert len(told["nodes"]) == len(told["verify"]["points"]) == 9
    assert {"layer", "module", "unit", "kind", "position", "token", "activation", "effect"} <= set(told["nodes"][0])
    table, out = tmp_path / "nodes.csv", tmp_path / "trace.json"
    code, shown, _ = run("trace", tiny_gpt2, TEXT, "--top", 4, "--csv", table, "--out", out)
    assert code == 0
    assert "raises it" in shown or "lowers it" in shown
    assert table.read_text().startswith("layer,module_type,module_name")
    assert len(json.loads(out.read_text())["nodes"]) == 4


def test_trace_writes_tables_of_nodes_and_edges_and_a_graph(run: Run, tiny_gpt2: Path, tmp_path: Path) -> None:
    table, parquet, graph = tmp_path / "n.csv", tmp_path / "n.parquet", tmp_path / "g.json"
    files = ("--csv", table, "--parquet", parquet, "--graph", graph)
    told = printed(run, "trace", tiny_gpt2, TEXT, "--top", 30, "--edges", 12, *files)
    assert told["edge_nodes"] == 12
    assert told["edges"]
    assert all(edge["source"] < 12 and edge["target"] < 12 for edge in told["edges"])
    rows = [line.split(",") for line in (tmp_path / "n-edges.csv").read_text().splitlines()]
    assert rows[0][0] == "source"
    assert [float(row[-1]) for row in rows[1:]] == [edge["effect"] for edge in told["edges"]]
    assert pq.read_table(parquet).num_rows == 30
    assert pq.read_table(tmp_path / "n-edges.parquet").column("effect").to_pylist() == [
        edge["effect"] for edge in told["edges"]
    ]
    drawn = json.loads(graph.read_text())
    assert len(drawn["nodes"]) == 13
    code, shown, _ = run("trace", tiny_gpt2, TEXT, "--top", 30, "--graph", graph)
    assert code == 0
    assert "edges among 30 nodes" in shown


@pytest.mark.nightly
def test_saes_lists_releases_and_their_ids(run: Run) -> None:
    told = printed(run, "saes", "--model", "gpt2")
    assert any(one["release"] == "gpt2-small-res-jb" for one in told["releases"])
    ids = printed(run, "saes", "gpt2-small-res-jb")
    assert any(one["id"] == "blocks.5.hook_resid_pre" for one in ids["saes"])
    assert {one["variance_explained"] for one in printed(run, "saes", "gemma-scope-2b-pt-res-canonical")["saes"]} == {
        None
    }


BAD = [
    (("predict", ""), "empty"),
    (("predict", "a\udc80"), "surrogate"),
    (("activations", TEXT, "--unit", "9:1"), "layer 9"),
    (("activations", TEXT, "--unit", "0:99"), "units 0 to 23"),
    (("activations", TEXT, "--unit", "x"), "12:345"),
    (("generate", TEXT, "--add", "0:1"), "no number"),
    (("generate", TEXT, "--add", "0:1=nan"), "beyond"),
    (("generate", TEXT, "--set", "0=3"), "12:345"),
    (("generate", TEXT, "--temperature", "-1"), "temperature"),
    (("predict", TEXT, "--splice", "none"), "no SAE 'none'"),
    (("predict", TEXT, "--sae", "somewhere"), "no name"),
    (("top", TEXT, "--per", "word"), "token or text"),
    (("top", TEXT, "-k", "0"), "equal to 1"),
    (("trace", TEXT, "--metric", "nothing"), "write loss"),
    (("trace", TEXT, "--method", "magic"), "patching"),
    (("trace", TEXT, "--graph", "graph.txt"), "ends in .json"),
    (("trace", TEXT, "--parquet", "/nowhere/at/all.parquet"), "does not exist"),
    (("trace", TEXT, "--metric", "logit: cat and dog"), "tokens"),
]


@pytest.mark.parametrize(("arguments", "said"), BAD)
def test_nonsense_is_a_sentence_and_exit_code_2(
    run: Run, tiny_gpt2: Path, arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = run(arguments[0], tiny_gpt2, *arguments[1:])
    assert (code, out) == (2, "")
    assert said in " ".join(err.split())


def test_model_that_is_not_there_and_unknown_release_are_sentences(run: Run, tmp_path: Path) -> None:
    code, _, err = run("predict", tmp_path / "none", TEXT)
    assert (code, "none" in err) == (2, True)
    code, _, err = run("saes", "gpt2-small-res-jp")
    assert (code, "near it" in err) == (2, True)
    code, _, err = run("saes", "gpt2-small-res-jb", "nothing")
    assert code == 2


@pytest.mark.parametrize("command", ["predict", "activations", "top", "generate", "hooks", "saes", "trace"])
def test_help_has_an_example(run: Run, command: str) -> None:
    code, out, _ = run(command, "--help")
    assert (code, "Example" in out) == (0, True)
