"""What is wrong inside one file."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from neuronscope import codec
from neuronscope.dataset.consistency import file_faults
from neuronscope.records import (
    ActivationRecord,
    NeuronId,
    NeuronRecord,
    NeuronSimulationResults,
    ScoredExplanation,
    ScoredSequenceSimulation,
    ScoredSimulation,
    SequenceSimulation,
    TextSource,
)
from neuronscope.relations import ConnectedNeurons, RelatedNeurons

STRONG = ActivationRecord(["a", "b"], [0.0, 3.0])
WEAK = ActivationRecord(["c", "d"], [1.0, 0.0])
RECORD = NeuronRecord(
    NeuronId(2, 7),
    random_sample=[ActivationRecord(["e"], [0.0])],
    random_sample_by_quantile=[[], [ActivationRecord(["f"], [0.5])], [], []],
    quantile_boundaries=[0, 0.5, 0.9, 0.99, 0.999],
    most_positive_activation_records=[STRONG, WEAK],
    most_negative_activation_records=[ActivationRecord(["g"], [-2.0]), ActivationRecord(["h"], [-1.0])],
)


def faults(value: object, part: str = "collated-activations") -> list[str]:
    return list(file_faults(part, 2, 7, value if isinstance(value, bytes) else codec.dumps(value)))


def with_random(record: ActivationRecord) -> NeuronRecord:
    return replace(RECORD, random_sample=[record])


def test_a_right_record_has_no_faults():
    assert faults(RECORD) == []


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (replace(RECORD, neuron_id=NeuronId(2, 8)), "$.neuron_id: says layer 2, unit 8, but lies at layer 2, unit 7"),
        (
            replace(RECORD, most_positive_activation_records=[WEAK, STRONG]),
            "$.most_positive_activation_records[1]: stronger than the one before it; the strongest comes first",
        ),
        (
            replace(RECORD, most_negative_activation_records=RECORD.most_negative_activation_records[::-1]),
            "$.most_negative_activation_records[1]: stronger than the one before it; the strongest comes first",
        ),
        (replace(RECORD, random_sample_by_quantile=[[]]), "$.random_sample_by_quantile: 1 groups for 5 boundaries"),
        (replace(RECORD, quantile_boundaries=[0, 0.9, 0.5, 0.99, 0.999]), "$.quantile_boundaries: not ascending"),
        (with_random(WEAK), "$.random_sample[0]: the same sequence as $.most_positive_activation_records[1]"),
        (with_random(ActivationRecord([], [])), "$.random_sample[0]: no tokens"),
        (
            with_random(ActivationRecord(["a"], [1.0], ignored=[1])),
            "$.random_sample[0].ignored: a position outside the sequence",
        ),
        (with_random(ActivationRecord(["z"], [1.0], source=TextSource(-1, 0))), "$.random_sample[0].source: negative"),
        (
            with_random(ActivationRecord(["z", ""], [1.0, 1.0])),
            "$.random_sample[0].tokens[1]: empty, and no character before it that could be spread over several tokens",
        ),
    ],
)
def test_each_fault_of_a_record(record, expected):
    assert faults(record) == [expected]


@pytest.mark.parametrize("tokens", [["x", "né", ""], ["日", "", ""], ["", "x"], [" “", "", "x"]])
def test_empty_tokens_stand_where_a_character_takes_several(tokens):
    assert faults(with_random(ActivationRecord(tokens, [0.0] * len(tokens)))) == []


def test_ignored_positions_do_not_rank():
    sink = ActivationRecord(["s", "t"], [999.0, 0.5], ignored=[0])
    assert faults(replace(RECORD, most_positive_activation_records=[STRONG, sink])) == []


def test_sequences_with_the_same_text_from_two_places_are_two():
    top, random = (ActivationRecord(["z"], [1.0], source=TextSource(0, i)) for i in (0, 64))
    record = replace(RECORD, random_sample=[random], most_positive_activation_records=[top])
    assert faults(record) == []


def test_numbers_that_are_none_are_named_and_the_rest_counted():
    plain = json.loads(codec.dumps(RECORD))
    plain |= {"mean": float("nan"), "variance": float("inf"), "skewness": float("nan"), "kurtosis": float("nan")}
    said = "not a number; undefined is written null"
    assert faults(json.dumps(plain).encode()) == [
        f"$.mean: {said}",
        f"$.variance: {said}",
        f"$.skewness: {said}",
        "1 more numbers are undefined",
    ]
    plain = json.loads(codec.dumps(RECORD))
    plain["random_sample"][0]["activations"] = [float("nan")]
    assert faults(json.dumps(plain).encode()) == [f"$.random_sample[0].activations[0]: {said}"]
    assert faults(codec.dumps(RECORD).replace(b'"mean":null', b'"mean":1e999')) == [f"$.mean: {said}"]


def test_the_word_nan_in_a_text_is_no_fault():
    assert faults(with_random(ActivationRecord(["NaN"], [0.0]))) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ((b'"tokens":["e"]', b'"tokens":[]'), "$.random_sample[0]: 0 tokens but 1 activations"),
        ((b'"layer_index":2', b'"layer_index":-2'), "$.neuron_id: layer_index and neuron_index must be 0 or greater"),
        ((b"{", b""), "not JSON"),
    ],
)
def test_what_cannot_be_read_is_said_as_the_reader_says_it(change, expected):
    (fault,) = faults(codec.dumps(RECORD).replace(*change, 1))
    assert fault.startswith(expected)


def explained(**changes: object) -> NeuronSimulationResults:
    fields = {"distribution_values": [[0.0], [1.0]], "distribution_probabilities": [[1.0], [1.0]]} | changes
    simulation = SequenceSimulation(["a", "b"], [0.0, 1.0], "neuron_activations", **fields)
    scored = ScoredSimulation([ScoredSequenceSimulation(simulation, [0.0, 2.0])])
    return NeuronSimulationResults(NeuronId(2, 7), [ScoredExplanation(" words", scored)])


def test_faults_of_explanations():
    where = "$.scored_explanations[0].scored_simulation.scored_sequence_simulations[0].simulation"
    assert faults(explained(), "explanations") == []
    assert faults(explained(distribution_values=[], distribution_probabilities=[]), "explanations") == []
    assert faults(explained(distribution_values=[[0.0]]), "explanations") == [
        f"{where}: 2 tokens, 1 and 2 distributions"
    ]
    assert faults(explained(distribution_values=[[0.0], []]), "explanations") == [
        f"{where}: a distribution with more values than probabilities, or fewer"
    ]
    assert faults(NeuronSimulationResults(NeuronId(7, 2), [ScoredExplanation(" ")]), "explanations") == [
        "$.neuron_id: says layer 7, unit 2, but lies at layer 2, unit 7",
        "$.scored_explanations[0].explanation: empty",
    ]


def test_faults_of_related_neurons():
    part = "related-neurons/weight-based"
    assert faults(RelatedNeurons(None, ConnectedNeurons(["0_1"], [1.0], [], [])), part) == []
    assert faults(RelatedNeurons(ConnectedNeurons(["0_-1"], [], [], []), None), part) == [
        "$.c_fc: 1 top_positive_neurons but 0 weights",
        "$.c_fc.top_positive_neurons: not all are LAYER_UNIT",
    ]


def test_faults_of_parts_that_are_plain_objects():
    assert faults(b'{"neighbours":[]}', "related-neurons/decoder-based") == []
    assert faults(b"[]", "logits") == ["$: Expected `object`, got `array`"]
    assert faults(b"{}", "logits") == ["$: Object missing required field `top`"]


def test_in_the_older_form_what_may_be_undefined_may_be_nan():
    plain = json.loads(codec.dumps(RECORD)) | {"mean": float("nan"), "kurtosis": float("nan")}
    assert list(file_faults("collated-activations", 2, 7, json.dumps(plain).encode(), older=True)) == faults(RECORD)
    plain["random_sample"][0]["activations"] = [float("nan")]
    (said,) = file_faults("collated-activations", 2, 7, json.dumps(plain).encode(), older=True)
    assert "random_sample[0].activations[0]" in said
