"""Dashboards of what was collected before: what goes in, what a unit shows, and what is said of bad input."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from neuronscope.dashboards import OfflineFeatureCentricDashboard, OfflineFeatureDashboard
from neuronscope.dashboards.shapes import ShownUnit
from neuronscope.dashboards.widget import reply
from neuronscope.errors import BadInput
from neuronscope.records import ActivationRecord, NeuronId, NeuronRecord

SAMPLE = Path(__file__).parents[3] / "data/sample"
EXAMPLES: dict[Any, Any] = {
    3: [(2.0, [" a", " b"], [0.5, 2.0]), (1.0, [" c", " d"], [1.0, 0.0])],
    0: [(1.5, [" x"], [1.5])],
    12: [],
}


def texts_of(dashboard: OfflineFeatureDashboard, key: Any) -> list[list[str]]:
    return [text.tokens for text in dashboard.unit(key).record.most_positive_activation_records]


def test_a_feature_is_named_in_any_form() -> None:
    dashboard = OfflineFeatureDashboard(EXAMPLES)
    assert texts_of(dashboard, 3) == texts_of(dashboard, "3") == [[" a", " b"], [" c", " d"]]
    assert dashboard.unit(12).record.most_positive_activation_records == []


def test_arrays_and_ids_are_taken() -> None:
    import numpy as np
    import torch

    words = {1: " one", 2: " two"}
    examples = {np.int64(5): [(np.float32(2), np.array([1, 2]), torch.tensor([0.5, 2.0], requires_grad=True))]}
    dashboard = OfflineFeatureDashboard(examples, lambda ids: "".join(words[one] for one in ids))
    (text,) = dashboard.unit(5).record.most_positive_activation_records
    assert (text.tokens, text.activations) == ([" one", " two"], [0.5, 2.0])


def test_a_window_keeps_so_many_tokens_to_each_side_and_whole_characters() -> None:
    tokens = ["a ", "🙂", "", "", "b", "c", "d"]
    dashboard = OfflineFeatureDashboard({0: [(9.0, tokens, [0, 0, 0, 0, 9.0, 0, 0])]}, window_size=1)
    assert texts_of(dashboard, 0) == [["🙂", "", "", "b", "c"]]


def test_so_many_examples_are_kept_and_no_more() -> None:
    examples = {0: [(float(9 - place), [" a"], [float(9 - place)]) for place in range(9)]}
    assert len(texts_of(OfflineFeatureDashboard(examples, max_examples=4), 0)) == 4


def test_records_stand_by_layer_and_unit() -> None:
    record = NeuronRecord(NeuronId(2, 7), most_positive_activation_records=[ActivationRecord([" a"], [1.0])])
    for given in (record, [record]):
        dashboard = OfflineFeatureDashboard(given)
        assert dashboard.unit((2, 7)).record is dashboard.unit("2:7").record is record
    with pytest.raises(BadInput, match="two records of unit 2:7"):
        OfflineFeatureDashboard([record, record])


def test_a_dataset_has_all_that_a_report_says_of_a_unit() -> None:
    dashboard = OfflineFeatureDashboard(str(SAMPLE))
    head = dashboard.payload().head
    explained = next(entry.key for entry in head.directory if entry.name)
    unit = dashboard.unit(explained)
    assert unit.explanations
    assert unit.tokens_by_weight is not None
    assert all(
        not one.scored_simulation.scored_sequence_simulations for one in unit.explanations if one.scored_simulation
    )
    assert head.provenance is not None
    assert (head.provenance.files, head.total) == ({}, len(head.directory))


@pytest.mark.parametrize(("words", "first"), [("2:40", "2:40"), ("a:b", None), ("9" * 30, None), ("2:", "2:36")])
def test_units_of_a_dataset_are_found_by_key_whatever_is_typed(words: str, first: str | None) -> None:
    found: Any = OfflineFeatureDashboard(SAMPLE).answer({"ask": "find", "words": words})
    assert (found[0].key if found else None) == first


def test_a_dataset_of_words_alone_has_no_texts(tmp_path: Path) -> None:
    from neuronscope import codec
    from neuronscope.dataset import DatasetWriter
    from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
    from neuronscope.records import NeuronSimulationResults, ScoredExplanation

    said = NeuronSimulationResults(NeuronId(0, 1), [ScoredExplanation("<b>cats</b>")])
    with DatasetWriter(tmp_path / "words") as writer:
        writer.add_layer("explanations", 0, [(1, codec.dumps(said))])
        writer.finish(Manifest("words", "Words", ModelInfo("m"), SourceInfo("mlp"), [LayerInfo(0, 3)]))
    dashboard = OfflineFeatureDashboard(tmp_path / "words")
    assert "There are no texts of it" in dashboard._repr_html_()
    unit = dashboard.unit("0:1")
    assert [one.explanation for one in unit.explanations or ()] == ["<b>cats</b>"]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (9, "there is no unit 9; there are 3: 3, 0, 12"),
        ("1:2", "there is no unit 1:2"),
        ("x", "'x' is no unit: write a number, or layer and unit like 12:345"),
        (True, "is no unit"),
        (-1, "is no unit"),
    ],
)
def test_an_unknown_unit_says_what_there_is(key: Any, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        OfflineFeatureDashboard(EXAMPLES).unit(key)


def test_of_many_units_some_are_named_and_the_others_counted() -> None:
    many = OfflineFeatureDashboard({key: [] for key in range(2000)})
    with pytest.raises(BadInput, match=r"there are 2,000: 0, 1, 2, 3, 4, 5 and 1,994 more$"):
        many.unit(5000)


NAN = float("nan")


@pytest.mark.parametrize(
    ("examples", "message"),
    [
        ([(1.0, [" a"], [1.0]), (2.0, [" b"], [2.0])], "feature 4: .* not sorted, as example 1 has 2 after 1"),
        ([(1.0, [" a"], [1.0, 2.0])], "feature 4, example 0 has 1 tokens but 2 activations"),
        ([(1.0, [" a"], [NAN])], "feature 4, example 0: the activation of token 0 is nan"),
        ([(NAN, [" a"], [1.0])], "feature 4, example 0: its maximum is nan"),
        ([(1.0, [" a"], ["1"])], "feature 4, example 0: the activation of token 0 is '1'"),
        ([(1.0, [], [])], "feature 4, example 0 has no tokens"),
        ([(1.0, " a", [1.0])], "feature 4, example 0: tokens and activations are lists"),
        ([(1.0, [" a"])], "feature 4, example 0 is not"),
        ([(1.0, [1], [1.0])], "feature 4: the tokens are ids, so a tokenizer is needed"),
        ([(1.0, [" a", 1], [1.0, 1.0])], "feature 4: tokens are whole numbers or strings"),
        ({"a": 1}, "feature 4: its examples are a dict"),
    ],
)  # fmt: skip
def test_examples_that_cannot_be_used_name_the_feature_and_the_problem(examples: Any, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        OfflineFeatureDashboard({4: examples}).unit(4)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: OfflineFeatureDashboard({"a": []}), "'a' is no feature"),
        (lambda: OfflineFeatureDashboard({-1: []}), "-1 is no feature"),
        (lambda: OfflineFeatureDashboard(7), "a int is no set of units"),
        (lambda: OfflineFeatureDashboard({}, window_size=-1), "window_size is -1"),
        (lambda: OfflineFeatureDashboard({}, max_examples=0), "max_examples is 0"),
        (lambda: OfflineFeatureDashboard({}, scale="log"), "scale 'log' is unknown"),
        (lambda: OfflineFeatureDashboard({}, colours=[("red", "blue")]), "colour 'red' cannot be read"),
        (lambda: OfflineFeatureDashboard({}, colours=[("#ffffff",)]), "one or two pairs"),
        (lambda: OfflineFeatureDashboard({}).html(), "there are no units to write"),
    ],
)
def test_a_dashboard_that_cannot_be_says_why(made: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        made()


def test_tips_come_from_an_argument_or_a_method() -> None:
    class Own(OfflineFeatureDashboard):
        def tooltip(self, unit: ShownUnit, text: ActivationRecord, position: int) -> str | None:
            return f"{unit.key}: {text.activations[position]}" if position else None

    assert OfflineFeatureDashboard(EXAMPLES).unit(3).tips is None
    assert Own(EXAMPLES).unit(3).tips == [[None, "3: 2.0"], [None, "3: 0.0"]]
    given = OfflineFeatureDashboard(EXAMPLES, tooltip=lambda _unit, text, place: text.tokens[place].strip())
    assert given.unit(3).tips == [["a", "b"], ["c", "d"]]
    with pytest.raises(BadInput, match="unit 3: tooltip gave a int"):
        OfflineFeatureDashboard(EXAMPLES, tooltip=lambda *_: 1).unit(3)  # type: ignore[arg-type, return-value]


def test_names_stand_in_the_list_and_on_the_unit() -> None:
    dashboard = OfflineFeatureDashboard(EXAMPLES, names={0: "exes"})
    assert dashboard.unit(0).name == "exes"
    assert [entry.name for entry in dashboard.payload().head.directory] == [None, "exes", None]


def test_the_longer_names_are_the_same_things() -> None:
    assert OfflineFeatureCentricDashboard is OfflineFeatureDashboard
    assert OfflineFeatureDashboard.export_to_html is OfflineFeatureDashboard.export_html


@pytest.mark.usefixtures("script")
def test_a_widget_is_answered_by_number() -> None:
    dashboard = OfflineFeatureDashboard(EXAMPLES, names={12: "dozen"})
    said = reply(dashboard, {"id": 4, "ask": "unit", "key": "3"})
    assert said is not None
    assert (said["id"], said["answer"]["key"]) == (4, "3")
    assert reply(dashboard, {"id": 5, "ask": "unit", "key": "4"}) == {
        "id": 5, "error": "there is no unit 4; there are 3: 3, 0, 12",
    }  # fmt: skip
    for words, keys in (("DOZ", ["12"]), ("1", ["12"]), ("", ["3", "0", "12"]), ("none", [])):
        found = reply(dashboard, {"id": 6, "ask": "find", "words": words})
        assert found is not None
        assert [entry["key"] for entry in found["answer"]] == keys
    saved = reply(dashboard, {"id": 7, "ask": "save", "keys": ["0"]})
    assert saved is not None
    assert saved["answer"]["html"].startswith("<!doctype html>")
    assert reply(dashboard, {"id": 8, "ask": "dance"}) == {
        "id": 8,
        "error": "'dance' cannot be asked of this dashboard",
    }
    assert reply(dashboard, {"ask": "unit"}) is reply(dashboard, "x") is None


@pytest.mark.usefixtures("script")
def test_the_widget_sends_its_answers_and_begins_with_the_first_unit(unpack_payload: Callable[[bytes], Any]) -> None:
    widget = OfflineFeatureDashboard(EXAMPLES).widget()
    payload = unpack_payload(widget.payload)
    assert (payload["head"]["kind"], payload["head"]["total"]) == ("records", 3)
    assert [unit["key"] for unit in payload["units"]] == ["3"]
    sent: list[Any] = []
    widget.send = sent.append
    widget._handle_custom_msg({"id": 1, "ask": "unit", "key": "0"}, [])
    assert sent[0]["answer"]["record"]["most_positive_activation_records"][0]["tokens"] == [" x"]


def test_without_a_built_script_a_sentence_says_what_to_do(script: Path, tmp_path: Path) -> None:
    (script / "page.js").unlink()
    with pytest.raises(BadInput, match=r"page\.js is missing.*make build"):
        OfflineFeatureDashboard(EXAMPLES).export_html(tmp_path / "x.html")


def test_a_notebook_keeps_the_first_unit_as_html(hostile: Any, parsed: Callable[[str], Any]) -> None:
    page = parsed(OfflineFeatureDashboard(hostile)._repr_html_())
    assert page.heatmaps == ["".join(hostile[7][0][1])]
    assert not page.names() & {"script", "img", "b"}
    assert "There are no units" in OfflineFeatureDashboard({})._repr_html_()


def test_dashboards_of_examples_load_no_model_library_and_no_arrays() -> None:
    code = (
        "import sys; from neuronscope.dashboards import OfflineFeatureDashboard as D; "
        "D({0: [(1.0, [' a'], [1.0])]})._repr_html_(); "
        "sys.exit(str([m for m in ('torch', 'transformers', 'numpy', 'IPython', 'anywidget') if m in sys.modules]))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.stderr.strip() == "[]"
