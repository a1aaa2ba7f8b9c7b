"""The names of the published explainer: what they give, what they refuse, and that they are the room's own parts."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from neuronscope.errors import BadInput
from neuronscope.explain import (
    ExplainOptions,
    ExplanationNeuronSimulator,
    LinearCalibratedNeuronSimulator,
    LogprobFreeExplanationTokenSimulator,
    PercentileMatchingCalibratedNeuronSimulator,
    SimulatorOf,
    TokenActivationPairExplainer,
    TokenSpaceRepresentationExplainer,
    UncalibratedNeuronSimulator,
    calculate_max_activation,
    make_explanation_simulator,
    simulate_and_score,
)
from neuronscope.explain.lookup import LookupSimulator
from neuronscope.llm import LocalModel
from neuronscope.records import ActivationRecord

RECORDS = [
    ActivationRecord(["Sink", " rain", " and", " snow"], [90.0, 6.0, 0.5, 8.0], ignored=[0]),
    ActivationRecord(["A", " chair", " and", " rain"], [0.0, 0.25, 0.5, 5.0]),
]
MEANS = {" rain": 5.5, " snow": 7.0, " and": 1.0, " chair": 0.0}
FEW = ExplainOptions(few_shot=None)


def lookup(records: list[ActivationRecord] = RECORDS) -> SimulatorOf:
    return SimulatorOf(LookupSimulator(MEANS, calculate_max_activation(records)))


def said(*texts: str) -> dict[str, Any]:
    choices = [
        {"index": i, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        for i, text in enumerate(texts)
    ]
    return {"body": {"choices": choices, "usage": {"prompt_tokens": 9, "completion_tokens": 5}}}


def test_the_largest_activation_leaves_ignored_positions_out() -> None:
    assert calculate_max_activation(RECORDS) == 8.0
    with pytest.raises(BadInput, match="no record"):
        calculate_max_activation([])


def test_explanations_come_as_plain_sentences(stub: Any) -> None:
    stub.answer = lambda _path, _body: said("words for weather.", "Rain and snow")
    explainer = TokenActivationPairExplainer(stub.model(), options=FEW)
    found = asyncio.run(
        explainer.generate_explanations(all_activation_records=RECORDS, max_activation=8.0, num_samples=2)
    )
    assert found == ["words for weather", "Rain and snow"]
    assert stub.seen[0][2]["n"] == 2
    shown = stub.seen[0][2]["messages"][-1]["content"]
    assert " rain\t7" in shown
    assert " snow\t10" in shown
    assert "Sink" not in shown


def test_a_token_table_is_explained_in_its_order(stub: Any) -> None:
    stub.answer = lambda _path, _body: said("words for weather")
    explainer = TokenSpaceRepresentationExplainer(stub.model(), options=FEW)
    assert asyncio.run(explainer.generate_explanations(tokens=[" snow", " rain"])) == ["words for weather"]
    assert '" snow", " rain"' in stub.seen[0][2]["messages"][-1]["content"]


def test_what_did_not_come_is_said_and_is_no_explanation(stub: Any) -> None:
    stub.answer = lambda _path, _body: said("words for weather", "")
    explainer = TokenActivationPairExplainer(stub.model(), options=FEW)
    asking = explainer.generate_explanations(all_activation_records=RECORDS, max_activation=8.0, num_samples=2)
    with pytest.warns(UserWarning, match=r"1 of 2 explanations came \(empty"):
        assert asyncio.run(asking) == ["words for weather"]
    stub.answer = lambda _path, _body: said("")
    with pytest.raises(BadInput, match="no explanation came"):
        asyncio.run(explainer.generate_explanations(all_activation_records=RECORDS, max_activation=8.0))


def test_a_score_is_over_all_tokens_together_without_ignored_ones() -> None:
    scored = asyncio.run(simulate_and_score(UncalibratedNeuronSimulator(lookup()), RECORDS))
    true = [6.0, 0.5, 8.0, 0.0, 0.25, 0.5, 5.0]
    expected = [5.5, 1.0, 7.0, 0.0, 0.0, 1.0, 5.5]
    numpy = pytest.importorskip("numpy")
    assert scored.ev_correlation_score == pytest.approx(numpy.corrcoef(true, expected)[0, 1])


@pytest.mark.parametrize("kind", [LinearCalibratedNeuronSimulator, PercentileMatchingCalibratedNeuronSimulator])
def test_a_calibrated_simulator_is_on_the_scale_of_the_activations(kind: type[UncalibratedNeuronSimulator]) -> None:
    simulator = kind(lookup())
    with pytest.raises(BadInput, match="not calibrated yet"):
        asyncio.run(simulator.simulate([" rain"]))
    asyncio.run(simulator.calibrate(RECORDS))
    simulated = asyncio.run(simulator.simulate([" rain"]))
    assert simulated.activation_scale == "neuron_activations"
    assert simulated.uncalibrated_simulation is not None
    assert simulated.expected_activations[0] == pytest.approx(5.5, abs=0.8)


def test_what_cannot_be_calibrated_says_why() -> None:
    with pytest.raises(BadInput, match="cannot be calibrated"):
        asyncio.run(LinearCalibratedNeuronSimulator(lookup()).calibrate([ActivationRecord(["x"], [1.0])]))


def test_a_failed_simulation_warns_and_has_no_numbers(stub: Any) -> None:
    stub.answer = lambda _path, _body: {"status": 400, "body": {"error": {"message": "too long"}}}
    simulator = LogprobFreeExplanationTokenSimulator(stub.model(), "weather", few_shot=None)
    with pytest.warns(UserWarning, match="a simulation failed"):
        assert asyncio.run(simulator.simulate([" rain", " fell"])).expected_activations == [None, None]


def test_a_model_in_process_simulates_all_at_once(bytes_model: LocalModel) -> None:
    simulator = ExplanationNeuronSimulator(bytes_model, "weather", few_shot=None, context_tokens=100_000)
    made = asyncio.run(make_explanation_simulator(bytes_model, "weather"))
    assert isinstance(made, UncalibratedNeuronSimulator)
    assert simulator.explanation == "weather"
