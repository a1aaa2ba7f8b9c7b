"""One explanation scored: the split, calibration, judges and baselines of it, with simulators written by hand."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuronscope.codec import dumps
from neuronscope.dataset import DatasetWriter, layout, open_dataset
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.errors import BadInput
from neuronscope.explain.lookup import lookup_simulator
from neuronscope.explain.material import scale_of
from neuronscope.explain.measuring import Scorers, measure
from neuronscope.explain.nouns import Answer
from neuronscope.explain.options import ExplainOptions
from neuronscope.explain.parts import Judged, JudgeItem, JudgeTask, Simulated, SimulatorKind, UnitMaterial
from neuronscope.explain.scoring import score_explanation, score_text
from neuronscope.explain.unitscoring import Made, Shuffled, UnitScorer, Written
from neuronscope.llm import Failure
from neuronscope.prompts.nouns import Excerpt
from neuronscope.records import (
    ActivationRecord,
    NeuronId,
    NeuronRecord,
    NeuronSimulationResults,
    Provenance,
    ScoredExplanation,
    ScoredText,
    SequenceSimulation,
)

Guess = Callable[[str, str], float | None]  # explanation and token
TOKENS = 12


class ByHand:
    """A simulator that guesses each token by itself; it remembers what it was shown."""

    def __init__(self, guess: Guess, *, failures: tuple[Failure, ...] = ()) -> None:
        self.guess, self.failures = guess, failures
        self.shown: list[tuple[str, list[tuple[str, ...]]]] = []

    kind: SimulatorKind = "all-at-once"
    model: str | None = "by hand"

    async def simulate(self, explanation: str, excerpts: Sequence[Excerpt]) -> Simulated:
        self.shown.append((explanation, [excerpt.tokens for excerpt in excerpts]))
        return Simulated(
            tuple(self.one(explanation, excerpt) for excerpt in excerpts), self.failures, "ab" * 32, ("n",)
        )

    def one(self, explanation: str, excerpt: Excerpt) -> SequenceSimulation:
        values = [None if i in excerpt.ignored else self.guess(explanation, t) for i, t in enumerate(excerpt.tokens)]
        return SequenceSimulation(list(excerpt.tokens), values, "simulated_normalized_activations", [], [])


class Yes:
    """A judge that says yes to everything, and remembers the explanations."""

    model: str | None = "judge"

    def __init__(self, task: JudgeTask) -> None:
        self.task: JudgeTask = task
        self.asked: list[str] = []

    async def judge(self, explanation: str, items: Sequence[JudgeItem]) -> Judged:
        self.asked.append(explanation)
        return Judged(tuple(Answer(item.truth, True, None, item.sequence) for item in items), prompt_hash="cd" * 32)


def record(unit: int = 0, *, top: int = 20, random: int = 15) -> NeuronRecord:
    """It fires on " hit" with the strength that the next token spells; the first position is ignored."""
    draw = np.random.default_rng(unit)

    def one(number: int, strength: float) -> ActivationRecord:
        tokens = [f"{unit}.{number}", *(f" w{draw.integers(9)}" for _ in range(TOKENS - 1))]
        activations = [50.0] + [0.0] * (TOKENS - 1)
        if strength:
            place = int(draw.integers(2, TOKENS))
            tokens[place], activations[place] = " hit", strength
        return ActivationRecord(tokens, activations, ignored=[0])

    tops = [one(number, 8.0 - number / 10) for number in range(top)]
    others = [one(100 + number, 0.0) for number in range(random)]
    return NeuronRecord(NeuronId(0, unit), others, most_positive_activation_records=tops)


def material(unit: int = 0, **groups: int) -> UnitMaterial:
    made = record(unit, **groups)
    splits = made.splits()
    return UnitMaterial(NeuronId(0, unit), made, splits, scale_of(splits.train))


def hits(_explanation: str, token: str) -> float:
    return 9.0 if token == " hit" else 1.0


def scored(
    simulator: Any, *, options: ExplainOptions | None = None, of: UnitMaterial | None = None, **more: Any
) -> Any:
    asked = options or ExplainOptions()
    scorers = Scorers(simulator, more.pop("judges", ()))
    return asyncio.run(score_explanation(of or material(), "the word hit", scorers=scorers, options=asked, **more))


def test_the_test_split_alone_is_simulated_top_records_before_random_ones() -> None:
    simulator, unit = ByHand(hits), material()
    found = scored(simulator, of=unit)
    assert simulator.shown == [("the word hit", [tuple(one.tokens) for one in unit.splits.test])]
    sequences = found.scored_simulation.scored_sequence_simulations
    assert [one.group for one in sequences] == ["top"] * 5 + ["random"] * 5
    assert [one.true_activations for one in sequences] == [one.activations for one in unit.splits.test]
    simulator = ByHand(hits)
    scored(simulator, of=unit, options=ExplainOptions(split="valid"))
    assert simulator.shown[0][1] == [tuple(one.tokens) for one in unit.splits.valid]


def test_the_correlation_is_that_of_all_counted_tokens_together() -> None:
    unit = material()
    found = scored(ByHand(lambda _, token: float(len(token)) + (5.0 if token == " hit" else 0.0)), of=unit)
    counted = [(one.tokens[i], one.activations[i]) for one in unit.splits.test for i in range(1, TOKENS)]
    guesses = [len(token) + (5.0 if token == " hit" else 0.0) for token, _ in counted]
    expected = np.corrcoef(guesses, [value for _, value in counted])[0, 1]
    score = found.scores["correlation"]
    assert score.value == pytest.approx(expected)
    assert found.scored_simulation.ev_correlation_score == pytest.approx(expected)
    assert (score.tokens, score.ignored, score.sequences) == (10 * (TOKENS - 1), 10, 10)
    assert (score.model, score.prompt_hash) == ("by hand", "ab" * 32)
    assert found.provenance.prompts == {"simulate": "ab" * 32}


def test_scores_that_depend_on_the_scale_are_doubted_until_they_are_calibrated() -> None:
    plain = scored(ByHand(hits)).scores
    assert plain["correlation"].note is None or "scale" not in plain["correlation"].note
    assert not plain["explained_variance"].reliable
    assert "scale 0 to 10" in plain["explained_variance"].note
    linear = scored(ByHand(hits), options=ExplainOptions(calibration="linear"))
    assert linear.scores["explained_variance"].reliable
    assert linear.scores["explained_variance"].value > 0.99
    assert linear.provenance.calibration == "linear"
    one = linear.scored_simulation.scored_sequence_simulations[0].simulation
    assert one.activation_scale == "neuron_activations"
    assert one.uncalibrated_simulation.activation_scale == "simulated_normalized_activations"


def test_calibration_simulates_its_own_split_once_and_no_other() -> None:
    simulator, unit = ByHand(hits), material()
    scored(simulator, of=unit, options=ExplainOptions(calibration="percentile"))
    shown = [tokens for _, tokens in simulator.shown]
    assert sorted(shown) == sorted(
        [[tuple(r.tokens) for r in split] for split in (unit.splits.test, unit.splits.calibration)]
    )


def test_what_cannot_be_calibrated_is_left_as_it_is_with_the_reason() -> None:
    found = scored(ByHand(lambda _, __: 3.0), options=ExplainOptions(calibration="linear"))
    assert found.provenance.not_calibrated == "all simulated activations of the calibration split are equal"
    assert found.provenance.calibration == "none"
    one = found.scored_simulation.scored_sequence_simulations[0].simulation
    assert (one.activation_scale, one.uncalibrated_simulation) == ("simulated_normalized_activations", None)
    assert (found.scores["correlation"].value, found.scores["correlation"].reason) == (
        None,
        "all simulated activations are equal",
    )


def test_where_no_number_came_nothing_is_stored_but_the_reason() -> None:
    failure = Failure("server-error", "out of order")
    found = scored(ByHand(lambda _, __: None, failures=(failure,)))
    assert found.scored_simulation is None
    for name in ("correlation", "correlation_top", "explained_variance"):
        assert (found.scores[name].value, found.scores[name].reason) == (None, "no position was parsed")
    assert found.scores["correlation"].unparsed == 10 * (TOKENS - 1)
    assert found.provenance.failures == {"server-error": 1}


def test_a_unit_without_held_out_records_has_reasons_and_asks_nobody() -> None:
    simulator = ByHand(hits)
    found = scored(simulator, of=material(top=1, random=0), judges=(Yes("detection"), Yes("fuzzing")))
    assert simulator.shown == []
    assert found.scored_simulation is None
    for score in found.scores.values():
        assert (score.value, score.reliable) == (None, False)
        assert score.reason
    assert any("20 needed" in note for note in found.provenance.notes)


def test_judges_scores_stand_beside_the_correlation_under_their_own_names() -> None:
    found = scored(ByHand(hits), judges=(Yes("detection"), Yes("fuzzing")))
    for task in ("detection", "fuzzing"):
        assert found.scores[f"{task}_balanced_accuracy"].value == 0.5
        assert found.scores[f"{task}_recall"].value == 1.0
        assert found.scores[f"{task}_auc"].value is None
        assert found.scores[f"{task}_recall"].model == "judge"
    assert set(found.provenance.prompts) == {"simulate", "detection", "fuzzing"}


def test_baselines_are_measured_on_the_units_own_texts() -> None:
    simulator = ByHand(lambda text, token: hits(text, token) if text == "the word hit" else float(token == " w3"))
    shuffled = Shuffled("another", NeuronId(0, 5))
    found = scored(simulator, shuffled=shuffled, judges=(Yes("detection"),))
    assert [text for text, _ in simulator.shown] == ["the word hit", "another"]
    assert simulator.shown[0][1] == simulator.shown[1][1]
    assert found.provenance.shuffled_from == NeuronId(0, 5)
    assert found.baselines["shuffled"]["correlation"].value < 0.3 < found.scores["correlation"].value
    assert found.baselines["shuffled"]["detection_balanced_accuracy"].value == 0.5
    assert found.baselines["lookup"]["correlation"].value > 0.9
    assert found.baselines["lookup"]["correlation"].model is None
    assert "detection_balanced_accuracy" not in found.baselines["lookup"]


def test_without_another_unit_the_shuffled_baseline_says_why_it_is_not_there() -> None:
    found = scored(ByHand(hits), shuffled=Shuffled(reason="the run has no other explained unit"))
    score = found.baselines["shuffled"]["correlation"]
    assert (score.value, score.reason) == (None, "the run has no other explained unit")
    assert found.provenance.shuffled_from is None


def test_the_same_words_are_simulated_once_for_a_unit() -> None:
    simulator = ByHand(hits)
    scorer = UnitScorer(
        material(), Scorers(simulator), ExplainOptions(), lookup=lookup_simulator(material()), made=Made()
    )

    async def main() -> list[ScoredExplanation]:
        texts = [("a", "b"), ("b", "c"), ("a", "c"), ("c", "a")]
        return [await scorer.score(Written(own, "pairs", "m"), Shuffled(other)) for own, other in texts]

    asyncio.run(main())
    assert [text for text, _ in simulator.shown].count("a") == 1
    assert len(simulator.shown) == 5  # b and c were first other units' words, whose simulations are not kept


def test_the_token_lookups_own_explanation_is_simulated_by_its_table_alone() -> None:
    simulator = ByHand(hits)
    scorer = UnitScorer(
        material(), Scorers(simulator), ExplainOptions(), lookup=lookup_simulator(material()), made=Made(run="r")
    )
    written = Written("' hit'", "tokens")
    found = asyncio.run(scorer.score(written, Shuffled(unit=NeuronId(0, 1), lookup=lookup_simulator(material(1)))))
    assert simulator.shown == []
    assert (found.author, found.provenance and found.provenance.simulator) == ("token lookup", "lookup")
    assert found.scores is not None
    assert found.baselines is not None
    assert found.baselines["lookup"]["correlation"] == found.scores["correlation"]
    assert found.baselines["shuffled"]["correlation"].value is not None


def test_measuring_with_nobody_says_so() -> None:
    found = asyncio.run(measure(material(), "x", Scorers(), ExplainOptions()))
    assert (found.scores["correlation"].value, found.simulation) == (None, None)
    assert "no simulator" in (found.scores["correlation"].reason or "")


def write(root: Path, *, explained: Sequence[int] = ()) -> Path:
    """One layer of four units; those that are explained have one sentence each."""
    with DatasetWriter(root) as writer:
        writer.add_layer(layout.RECORDS, 0, [(unit, dumps(record(unit))) for unit in range(4)])
        if explained:
            files = [(unit, dumps(results(unit)) + b"\n") for unit in explained]
            writer.add_layer(layout.EXPLANATIONS, 0, files)
        infos = [LayerInfo(0, 4)]
        writer.finish(Manifest("tiny", "Tiny", ModelInfo("m"), SourceInfo("mlp"), infos))
    return root


def results(unit: int) -> NeuronSimulationResults:
    by_tokens = ScoredExplanation("tokens", provenance=Provenance("tokens"))
    in_words = ScoredExplanation(f"words of {unit}", provenance=Provenance("pairs"))
    return NeuronSimulationResults(NeuronId(0, unit), [by_tokens, in_words])


def score(
    root: Path, model: Any, monkeypatch: pytest.MonkeyPatch, *, sequences: bool = False, **changes: Any
) -> tuple[ScoredText, list[Any]]:
    """A text scored by a simulator by hand in the place of a model's."""
    import neuronscope.explain.scoring as scoring

    heard: list[tuple[int, int]] = []
    monkeypatch.setattr(scoring, "make_scorers", lambda *_: Scorers(model))
    with open_dataset(root) as opened:
        work = score_text(
            opened,
            (0, 1),
            "the word hit",
            model=None,
            options=dataclasses.replace(ExplainOptions(), **changes),
            progress=lambda done, total: heard.append((done, total)),
            sequences=sequences,
        )
        return asyncio.run(work), heard


def test_a_text_is_scored_beside_another_explained_units_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    simulator = ByHand(hits)
    found, heard = score(write(tmp_path / "set", explained=(1, 3)), simulator, monkeypatch)
    assert found.provenance.shuffled_from == NeuronId(0, 3)
    assert sorted(text for text, _ in simulator.shown) == ["the word hit", "words of 3"]
    assert heard == [(0, 2), (1, 2), (2, 2)]
    assert (found.unit, found.text, found.provenance.explainer) == (NeuronId(0, 1), "the word hit", "person")
    assert found.baselines["lookup"]["correlation"].value is not None


def test_the_scored_sequences_come_along_where_they_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write(tmp_path / "set")
    found, _ = score(root, ByHand(hits), monkeypatch, sequences=True)
    assert found.sequences is not None
    assert [one.group for one in found.sequences] == ["top"] * 5 + ["random"] * 5
    for one in found.sequences:
        simulation = one.simulation
        assert simulation.expected_activations == [None, *(hits("", token) for token in simulation.tokens[1:])]
        assert (simulation.distribution_values, simulation.distribution_probabilities) == ([], [])
        assert one.ignored == [0]
    without, _ = score(root, ByHand(hits), monkeypatch)
    assert (without.scores, without.sequences) == (found.scores, None)
    assert score(root, ByHand(lambda _, __: None), monkeypatch, sequences=True)[0].sequences == []


def test_the_other_unit_depends_on_the_seed_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path / "set", explained=(0, 1, 2, 3))
    drawn = [score(root, ByHand(hits), monkeypatch, seed=seed)[0].provenance.shuffled_from for seed in range(12)]
    again = [score(root, ByHand(hits), monkeypatch, seed=seed)[0].provenance.shuffled_from for seed in range(12)]
    assert drawn == again
    assert set(drawn) == {NeuronId(0, unit) for unit in (0, 2, 3)}


def test_a_dataset_without_other_explanations_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, heard = score(write(tmp_path / "set", explained=(1,)), ByHand(hits), monkeypatch)
    assert found.baselines["shuffled"]["correlation"].reason == "the dataset has no other explained unit"
    assert heard[-1] == (1, 1)
    found, _ = score(write(tmp_path / "bare"), ByHand(hits), monkeypatch)
    assert found.baselines["shuffled"]["correlation"].reason == "the dataset has no other explained unit"


def test_nonsense_is_a_sentence(tmp_path: Path) -> None:
    with open_dataset(write(tmp_path / "set")) as opened:
        for unit, text, said in (((0, 9), "x", "no record of unit 0:9"), ((0, 1), " ", "the text is empty")):
            with pytest.raises(BadInput, match=said):
                asyncio.run(score_text(opened, unit, text, model=None))
