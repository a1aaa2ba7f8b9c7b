"""The report on datasets with known scores, against plain NumPy."""

from __future__ import annotations

import dataclasses
import json
import math
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope import codec
from neuronscope.dataset import open_dataset
from neuronscope.errors import BadInput, BrokenData
from neuronscope.explain.report.lean import ScoredExplanation, ScoredSimulation
from neuronscope.explain.report.nouns import Average, ExplainerReport, ExplanationReport, Missing, Reason, ScoreReport
from neuronscope.explain.report.origins import describe
from neuronscope.explain.report.summary import Selection, report_on
from neuronscope.explain.report.tallies import NO_REASON, Group, Origin, origin_of
from neuronscope.records import Provenance, Score

Make = Callable[..., Any]  # fixtures of conftest
CONSTANT = "all simulated activations are equal"


def report(root: Path, **selection: Any) -> ExplanationReport:
    with open_dataset(str(root)) as opened:
        return report_on(opened, Selection(**selection))


def scores_of(one: ExplainerReport) -> dict[str, ScoreReport]:
    return {score.name: score for score in one.scores}


def by_explainer(found: ExplanationReport) -> dict[str | None, ExplainerReport]:
    return {one.explainer: one for one in found.explainers}


@pytest.fixture
def known(write_explained: Make, explained: Make, score: Make, a_run: Make) -> tuple[Path, dict[str, Any]]:
    """Two layers of 10 units: 17 explained in pairs, one of them undefined, two not reliable, and by token lookup."""
    draw = np.random.default_rng(11)
    values, lookup, shuffled = draw.normal(0.3, 0.3, 17).clip(-1, 1), draw.normal(0.2, 0.2, 17), draw.normal(0, 0.1, 17)
    places = [(layer, unit) for layer in range(2) for unit in range(10)][:17]
    explanations = {}
    for i, place in enumerate(places):
        note = f"not reliable: only {i} of 8 sequences" if i in (5, 6) else None
        correlation = score(None if i == 3 else values[i], note=note)
        baselines = {"lookup": lookup[i], "shuffled": None if i == 4 else shuffled[i]}
        more = {"correlation_random": score(values[i] / 2), "detection_balanced_accuracy": score(0.5 + i / 40)}
        pairs = explained(f"explanation {i}", correlation, baselines=baselines, more=more)
        tokens = explained(f"tokens {i}", lookup[i], explainer="tokens", baselines={"lookup": lookup[i]})
        explanations[place] = [pairs, tokens]
    root = write_explained(explanations, [a_run()])
    return root, {"values": values, "lookup": lookup, "shuffled": shuffled, "places": places}


def test_averages_are_over_units_with_a_defined_score(known: tuple[Path, dict[str, Any]]) -> None:
    root, numbers = known
    found = report(root)
    assert (found.units, found.explained, found.layers) == (20, 17, [0, 1])
    pairs = by_explainer(found)["pairs"]
    correlation = scores_of(pairs)["correlation"]
    defined = np.delete(numbers["values"], 3)
    assert correlation.average.units == 16
    assert correlation.average.mean == pytest.approx(defined.mean())
    assert correlation.average.median == pytest.approx(np.median(defined))
    assert [above.units for above in correlation.above] == [(defined > t).sum() for t in (0.3, 0.5, 0.7)]
    assert [above.share for above in correlation.above] == [(defined > t).mean() for t in (0.3, 0.5, 0.7)]
    assert (correlation.undefined, correlation.undefined_reasons) == (1, [Reason(CONSTANT, 1)])


def test_scores_that_are_not_reliable_are_counted_and_averaged_apart(known: tuple[Path, dict[str, Any]]) -> None:
    root, numbers = known
    correlation = scores_of(by_explainer(report(root))["pairs"])["correlation"]
    assert correlation.unreliable == 2
    assert correlation.unreliable_reasons == [Reason("not reliable: only … of … sequences", 2)]
    trusted = np.delete(numbers["values"], [3, 5, 6])
    assert correlation.reliable.units == 14
    assert correlation.reliable.mean == pytest.approx(trusted.mean())


def test_differences_are_paired(known: tuple[Path, dict[str, Any]]) -> None:
    root, numbers = known
    correlation = scores_of(by_explainer(report(root))["pairs"])["correlation"]
    of_baseline = {each.baseline: each for each in correlation.comparisons}
    differences = np.delete(numbers["values"] - numbers["lookup"], 3)
    lookup = of_baseline["lookup"]
    assert lookup.pairs == 16
    assert lookup.difference == pytest.approx(differences.mean())
    assert lookup.baseline_mean == pytest.approx(np.delete(numbers["lookup"], 3).mean())
    assert (lookup.wins, lookup.ties, lookup.losses) == ((differences > 0).sum(), 0, (differences < 0).sum())
    assert lookup.interval
    assert lookup.interval[0] < differences.mean() < lookup.interval[1]
    shuffled = of_baseline["shuffled"]
    assert shuffled.pairs == 15
    assert shuffled.difference == pytest.approx(np.delete(numbers["values"] - numbers["shuffled"], [3, 4]).mean())


def test_token_lookup_is_not_compared_with_itself(known: tuple[Path, dict[str, Any]]) -> None:
    tokens = by_explainer(report(known[0]))["tokens"]
    assert tokens.label == "token lookup"
    assert scores_of(tokens)["correlation"].comparisons == []
    assert set(tokens.by_unit.lookup) == {None}


def test_every_unit_stands_in_the_columns(known: tuple[Path, dict[str, Any]]) -> None:
    root, numbers = known
    columns = by_explainer(report(root))["pairs"].by_unit
    assert list(zip(columns.layer, columns.unit, strict=True)) == numbers["places"]
    assert columns.score[3] is None
    assert columns.score[4:] == pytest.approx(numbers["values"][4:])
    assert columns.lookup[4:] == pytest.approx(numbers["lookup"][4:])
    assert columns.shuffled[4] is None


def test_layers_have_their_own_averages(known: tuple[Path, dict[str, Any]]) -> None:
    root, numbers = known
    correlation = scores_of(by_explainer(report(root))["pairs"])["correlation"]
    means = [(each.layer, each.average.units, each.average.mean) for each in correlation.layers]
    first, second = np.delete(numbers["values"][:10], 3), numbers["values"][10:]
    assert means == [(0, 9, pytest.approx(first.mean())), (1, 7, pytest.approx(second.mean()))]


def test_highest_and_lowest_are_in_order_and_apart(known: tuple[Path, dict[str, Any]]) -> None:
    root, numbers = known
    pairs = by_explainer(report(root))["pairs"]
    ordered = np.sort(np.delete(numbers["values"], 3))
    assert [one.score for one in pairs.highest] == pytest.approx(ordered[::-1][:5])
    assert [one.score for one in pairs.lowest] == pytest.approx(ordered[:5])
    best = int(np.argmax(numbers["values"]))
    assert pairs.highest[0].explanation == f"explanation {best}"


def test_what_failed_is_counted_with_its_reasons(known: tuple[Path, dict[str, Any]]) -> None:
    found = report(known[0])
    assert found.missing == [Missing("pairs", "empty", "the answer to request … is empty", 2)]
    assert found.total.failures == {"unparsed": 12, "timeout": 2}
    assert report(known[0], layers=(1,)).missing == []


def test_costs_are_added_only_where_all_are_known(write_explained: Make, explained: Make, a_run: Make) -> None:
    runs = [a_run("b", cost=0.25, created="2026-11-02"), a_run("a", cost=1.0, created="2026-11-03"), a_run("c")]
    known = report(write_explained({(0, 0): [explained("x", 0.5)]}, runs[:2], name="known"))
    assert [run.run for run in known.runs] == ["b", "a"]
    assert (known.total.cost, known.total.cost_reason, known.total.requests) == (1.25, None, 2400)
    some = report(write_explained({(0, 0): [explained("x", 0.5)]}, runs, name="some"))
    assert (some.total.cost, some.total.cost_reason) == (None, "1 of 3 runs were given no prices")


def test_several_explanations_of_a_unit_are_one_unit(write_explained: Make, explained: Make) -> None:
    values = {unit: [0.1 * unit, 0.1 * unit + 0.2, None][: 2 + unit % 2] for unit in range(6)}
    samples = {
        (0, unit): [explained(f"{unit}", value, baselines={"lookup": 0.05 * i}) for i, value in enumerate(some)]
        for unit, some in values.items()
    }
    pairs = by_explainer(report(write_explained(samples)))["pairs"]
    correlation = scores_of(pairs)["correlation"]
    assert (pairs.units, pairs.explanations, correlation.undefined) == (6, 15, 0)
    assert correlation.average.units == 6
    assert correlation.average.mean == pytest.approx(np.mean([0.1 * unit + 0.1 for unit in range(6)]))
    assert correlation.comparisons[0].pairs == 6
    assert correlation.comparisons[0].baseline_mean == pytest.approx(0.025)


def test_explanations_of_different_origin_stand_apart(write_explained: Make, explained: Make) -> None:
    one = explained("x", 0.5)
    assert one.provenance
    other = dataclasses.replace(one, provenance=dataclasses.replace(one.provenance, calibration="linear"))
    found = report(write_explained({(0, 0): [one, other]}))
    labels = [each.label for each in found.explainers]
    assert labels == [
        "pairs by tiny-writer, all-at-once with tiny-simulator, linear calibration",
        "pairs by tiny-writer, all-at-once with tiny-simulator",
    ]


def test_a_run_selects_its_own(write_explained: Make, explained: Make, a_run: Make) -> None:
    one = explained("x", 0.5)
    later = dataclasses.replace(one, provenance=dataclasses.replace(one.provenance, run="r2"))
    root = write_explained({(0, 0): [one], (0, 1): [later]}, [a_run()])
    assert report(root).explained == 2
    found = report(root, run="r2")
    assert (found.explained, found.runs) == (1, [])
    assert "reports/r2.json is not there." in found.notes


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        ({"run": "r9"}, "tiny has no run 'r9': there are r1"),
        ({"layers": (1, 7)}, "tiny has no layer 7; it has 0, 1"),
        ({"explainers": ("peak",)}, "tiny has no explanations by 'peak': there are pairs, tokens"),
    ],
)
def test_what_is_not_there_is_a_sentence(known: tuple[Path, Any], selection: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        report(known[0], **selection)


def test_explainers_are_selected_by_name(known: tuple[Path, Any]) -> None:
    found = report(known[0], explainers=("tokens",))
    assert [one.explainer for one in found.explainers] == ["tokens"]
    assert found.missing == []


def test_a_dataset_without_explanations_says_what_to_run(write_explained: Make) -> None:
    found = report(write_explained({}))
    assert (found.explained, found.explainers) == (0, [])
    assert any("neuronscope explain" in note for note in found.notes)


def test_a_broken_report_of_a_run_is_named(known: tuple[Path, Any]) -> None:
    (known[0] / "reports" / "r3.json").write_text('{"run": 3}')
    with pytest.raises(BrokenData, match=r"reports/r3\.json"):
        report(known[0])


def test_public_files_are_explanations_by_an_unknown_author(tmp_path: Path) -> None:
    """As they were published: old names, NaN, nothing of our own, no manifest."""
    folder = tmp_path / "old"
    for part in ("collated-activations", "explanations"):
        (folder / part / "0").mkdir(parents=True)
    for unit, value in enumerate((0.5, math.nan, 0.1)):
        place = {"neuron_id": {"layer_index": "0", "neuron_index": str(unit)}}
        record = place | {"random_sample": [], "most_positive_activation_records": []}
        simulated = {"scored_sequence_simulations": [], "ev_correlation_score": value}
        explained = {"explanation_or_baseline": "words", "scored_simulation": simulated}
        results = place | {"scored_explanation_or_baseline_list": [explained]}
        (folder / f"collated-activations/0/{unit}.json").write_text(json.dumps(record))
        (folder / f"explanations/0/{unit}.jsonl").write_text(json.dumps(results))
    found = report(folder)
    (one,) = found.explainers
    assert (one.label, one.explainer, one.author, one.units) == ("unknown author", None, None, 3)
    correlation = scores_of(one)["correlation"]
    assert (correlation.average.units, correlation.average.mean) == (2, pytest.approx(0.3))
    assert correlation.undefined_reasons == [Reason(NO_REASON, 1)]
    assert correlation.comparisons == []
    assert any("do not say where they came from" in note for note in found.notes)


def test_the_json_has_every_field_and_null_for_what_is_undefined(known: tuple[Path, Any]) -> None:
    found = report(known[0])
    plain = json.loads(codec.dumps(found))
    assert set(plain) == {field.name for field in dataclasses.fields(ExplanationReport)}
    assert set(plain["explainers"][0]) == {field.name for field in dataclasses.fields(ExplainerReport)}
    average = plain["explainers"][0]["scores"][0]["average"]
    assert set(average) == {field.name for field in dataclasses.fields(Average)}
    assert plain["run"] is None
    assert plain["total"]["cost"] is None
    assert plain["total"]["cost_reason"] == "1 of 1 runs were given no prices"


def test_simulations_are_not_decoded(known: tuple[Path, Any]) -> None:
    """A simulation that no reader could take is no obstacle to counting its score."""
    root = known[0]
    path = root / "explanations" / "0.zip"
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, data in members.items():
            new.writestr(name, data.replace(b'"expected_activations":', b'"unexpected":'))
    assert report(root).explained == 17
    with open_dataset(str(root)) as opened, pytest.raises(BrokenData):
        opened.explanations(0, 0)


@given(st.lists(st.one_of(st.none(), st.floats(-1, 1)), min_size=1, max_size=30), st.integers(0, 5))
def test_undefined_scores_never_change_an_average(values: list[float | None], more: int) -> None:
    def told(some: list[float | None]) -> dict[str, Any]:
        group = Group(Origin("pairs"))
        for unit, value in enumerate(some):
            one = Score(value, None, None if value is not None else CONSTANT, 10, 630, 0, value is not None)
            group.add((0, unit), ScoredExplanation("x", ScoredSimulation(value), None, {"correlation": one}, None))
        return vars(describe(group).scores[0])

    whole, defined = told([*values, *[None] * more]), told([value for value in values if value is not None] or [None])
    for name in ("average", "above", "reliable", "layers", "comparisons"):
        assert whole[name] == defined[name]
    assert whole["undefined"] == sum(value is None for value in values) + more


def test_an_origin_is_what_provenance_says() -> None:
    said = Provenance("person")
    assert origin_of(ScoredExplanation("x", provenance=said, author="somebody")) == Origin("person")
    assert origin_of(ScoredExplanation("x", author=" somebody ")) == Origin(author="somebody")


def test_every_number_of_the_report_is_finite(known: tuple[Path, Any]) -> None:
    def walk(value: object) -> None:
        if isinstance(value, float):
            assert math.isfinite(value)
        elif isinstance(value, dict):
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(codec.to_plain(report(known[0])))
