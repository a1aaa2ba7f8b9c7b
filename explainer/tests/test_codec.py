"""Bytes to nouns and back: what we write, what others wrote, and what nobody should have."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronscope import codec
from neuronscope.errors import BrokenData
from neuronscope.records import (
    ActivationRecord,
    GroupCount,
    Histogram,
    NeuronId,
    NeuronRecord,
    NeuronSimulationResults,
    ScoredExplanation,
    ScoredSequenceSimulation,
    ScoredSimulation,
    SequenceSimulation,
    Statistics,
    TextSource,
)
from neuronscope.relations import (
    ConnectedNeurons,
    RelatedNeurons,
    TokenLookupTableSummaryOfNeuron,
    TokensAndWeights,
    WeightBasedSummaryOfNeuron,
)

numbers = st.floats(allow_nan=False, allow_infinity=False)
perhaps = st.none() | numbers
texts = st.text(st.characters(codec="utf-8"), max_size=5)
indices = st.integers(0, 10**6)
ids = st.builds(NeuronId, indices, indices)


@st.composite
def activation_records(draw) -> ActivationRecord:
    tokens = draw(st.lists(texts, max_size=4))
    activations = draw(st.lists(numbers, min_size=len(tokens), max_size=len(tokens)))
    source = draw(st.none() | st.builds(TextSource, indices, indices))
    return ActivationRecord(tokens, activations, source, draw(st.none() | st.lists(indices, max_size=2)))


@st.composite
def simulations(draw, depth: int = 1) -> SequenceSimulation:
    tokens = draw(st.lists(texts, max_size=3))
    expected = draw(st.lists(numbers, min_size=len(tokens), max_size=len(tokens)))
    scale = draw(st.sampled_from(["neuron_activations", "simulated_normalized_activations"]))
    distributions = draw(st.lists(st.lists(numbers, max_size=2), max_size=2))
    inner = draw(st.none() | simulations(depth=depth - 1)) if depth else None
    return SequenceSimulation(tokens, expected, scale, distributions, distributions, inner)


@st.composite
def scored_sequences(draw) -> ScoredSequenceSimulation:
    simulation = draw(simulations())
    size = len(simulation.tokens)
    truth = draw(st.lists(numbers, min_size=size, max_size=size))
    scores = [draw(perhaps) for _ in range(3)]
    return ScoredSequenceSimulation(simulation, truth, *scores, draw(st.sampled_from([None, "top", "random"])))


@st.composite
def token_tables(draw, noun: type, values: st.SearchStrategy[float | None]) -> object:
    tokens = draw(st.lists(texts, max_size=3))
    return noun(tokens, draw(st.lists(values, min_size=len(tokens), max_size=len(tokens))))


several = st.lists(activation_records(), max_size=2)
statistics = st.builds(
    Statistics,
    histogram=st.none() | st.builds(Histogram, numbers, numbers, st.lists(indices, max_size=3)),
    groups=st.lists(st.builds(GroupCount, texts, indices, indices, indices, st.none() | texts), max_size=2),
    **dict.fromkeys(("tokens", "sequences", "sequences_fired", "sequences_fired_negative"), indices),
    **dict.fromkeys(("min", "max", "density", "density_threshold"), perhaps),
    dead=st.booleans(),
    density_definition=texts,
)
neuron_records = st.builds(
    NeuronRecord,
    ids,
    several,
    st.none() | st.lists(several, max_size=2),
    st.none() | st.lists(numbers, max_size=3),
    perhaps,
    perhaps,
    perhaps,
    perhaps,
    several,
    st.none() | several,
    st.none() | statistics,
)
scored = st.builds(ScoredSimulation, st.lists(scored_sequences(), max_size=2), perhaps, perhaps, perhaps)
explained = st.builds(ScoredExplanation, texts, st.none() | scored, st.none() | texts)
weights = token_tables(TokensAndWeights, perhaps)
connected = st.none() | st.builds(ConnectedNeurons, *[st.lists(texts, max_size=2), st.lists(numbers, max_size=2)] * 2)
nouns = st.one_of(
    neuron_records,
    st.builds(NeuronSimulationResults, ids, st.lists(explained, max_size=2)),
    token_tables(TokenLookupTableSummaryOfNeuron, perhaps),
    st.builds(WeightBasedSummaryOfNeuron, weights, weights, weights, weights),
    st.builds(RelatedNeurons, connected, connected),
)


def objects(plain: object) -> list[dict]:
    """Every JSON object anywhere inside."""
    if isinstance(plain, dict):
        return [plain, *(found for value in plain.values() for found in objects(value))]
    return [found for value in plain for found in objects(value)] if isinstance(plain, list) else []


def without_tags(plain: object) -> object:
    if isinstance(plain, dict):
        return {key: without_tags(value) for key, value in plain.items() if key != "dataclass_name"}
    return [without_tags(value) for value in plain] if isinstance(plain, list) else plain


@given(nouns)
def test_what_is_written_reads_back_equal_with_and_without_tags(noun):
    data = codec.dumps(noun)
    assert codec.loads(data, type(noun)) == noun
    assert codec.loads(json.dumps(without_tags(json.loads(data))).encode(), type(noun)) == noun


@given(nouns)
def test_every_object_is_tagged_but_related_neurons(noun):
    tagged = ["dataclass_name" in found for found in objects(json.loads(codec.dumps(noun)))]
    assert all(tagged) or (isinstance(noun, RelatedNeurons) and not any(tagged))


@given(nouns)
def test_the_lenient_way_reads_the_same_as_the_strict(noun):
    assert codec._loads_leniently(codec.dumps(noun), type(noun)) == noun


def test_a_file_as_published_is_written_as_it_was():
    published = (
        b'{"dataclass_name":"NeuronRecord","neuron_id":{"dataclass_name":"NeuronId","layer_index":5,"neuron_index":9},'
        b'"random_sample":[{"dataclass_name":"ActivationRecord","tokens":["a"," b"],"activations":[0.5,-1.25]}],'
        b'"random_sample_by_quantile":null,"quantile_boundaries":null,"mean":0.25,"variance":null,"skewness":null,'
        b'"kurtosis":null,"most_positive_activation_records":[]}'
    )
    assert codec.dumps(codec.loads(published, NeuronRecord)) == published


# One object per later name, in its place: (noun, as later releases wrote it, as it is).
ID = {"layer_index": 3, "neuron_index": 4}
SIMULATION = {
    "tokens": ["a"],
    "expected_activations": [1.0],
    "activation_scale": "neuron_activations",
    "distribution_values": [],
    "distribution_probabilities": [],
}
SEQUENCE = {"simulation": SIMULATION, "true_activations": [2.0]}
EXPLANATION = {"explanation": " words", "scored_simulation": {"scored_sequence_simulations": [SEQUENCE]}}
RESULTS = {"neuron_id": ID, "scored_explanations": [EXPLANATION]}


def renamed(plain: dict, **names: str) -> dict:
    """``plain`` with some keys under other names, everywhere inside."""
    if isinstance(plain, dict):
        return {names.get(key, key): renamed(value, **names) for key, value in plain.items()}
    return [renamed(value, **names) for value in plain] if isinstance(plain, list) else plain


@pytest.mark.parametrize(
    "names",
    [
        {"layer_index": "layer"},
        {"neuron_index": "idx"},
        {"activation_scale": "unit"},
        {"simulation": "sequence_simulation"},
        {"scored_explanations": "scored_explanation_or_baseline_list"},
        {"explanation": "explanation_or_baseline"},
    ],
)
def test_each_renamed_field_reads_as_what_it_was(names):
    expected = codec.loads(json.dumps(RESULTS).encode(), NeuronSimulationResults)
    assert expected.scored_explanations[0].scored_simulation.scored_sequence_simulations[0].true_activations == [2.0]
    assert codec.loads(json.dumps(renamed(RESULTS, **names)).encode(), NeuronSimulationResults) == expected


def test_a_whole_file_of_a_later_release_reads():
    later = renamed(
        RESULTS,
        layer_index="layer",
        neuron_index="idx",
        activation_scale="unit",
        simulation="sequence_simulation",
        scored_explanations="scored_explanation_or_baseline_list",
        explanation="explanation_or_baseline",
    )
    later["neuron_id"]["layer"] = "3"
    explanation = later["scored_explanation_or_baseline_list"][0]
    explanation |= {"dataclass_name": "ScoredExplanationOrBaseline", "response": {"anything": ["at all"]}}
    explanation["scored_simulation"]["ev_correlation_score"] = math.nan
    assert codec.loads(json.dumps(later).encode(), NeuronSimulationResults) == codec.loads(
        json.dumps(RESULTS).encode(), NeuronSimulationResults
    )


def test_renamed_fields_of_an_uncalibrated_simulation_inside_another_read_too():
    inner = renamed(SIMULATION, activation_scale="unit")
    outer = inner | {"uncalibrated_simulation": inner}
    read = codec.loads(json.dumps(outer).encode(), SequenceSimulation)
    assert read.uncalibrated_simulation == replace(read, uncalibrated_simulation=None)


def test_where_both_names_stand_the_first_name_counts():
    both = json.dumps({"layer_index": 3, "layer": 9, "idx": 4}).encode()
    assert codec.loads(both, NeuronId) == NeuronId(3, 4)


@pytest.mark.parametrize("name", ["layer", "layer_index"])
def test_a_layer_as_a_string_reads_as_its_number(name):
    assert codec.loads(json.dumps({name: "12", "neuron_index": 4}).encode(), NeuronId) == NeuronId(12, 4)


@pytest.mark.parametrize("layer", ["-1", "1.5", "", "²", "one", "9" * 5000])
def test_a_layer_as_another_string_is_broken(layer):
    with pytest.raises(BrokenData, match=r"\$\.layer_index"):
        codec.loads(json.dumps({"layer_index": layer, "neuron_index": 4}).encode(), NeuronId)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_an_undefined_number_of_an_old_file_reads_as_none(word):
    data = b'{"neuron_id":{"layer_index":0,"neuron_index":1},"mean":1.5,"kurtosis":' + word.encode() + b"}"
    read = codec.loads(data, NeuronRecord)
    assert (read.mean, read.kurtosis) == (1.5, None)
    assert b'"kurtosis":null' in codec.dumps(read)


def test_unknown_extra_fields_are_tolerated_anywhere():
    extra = {"later": [{"a": 1}]}
    data = json.dumps({"neuron_id": ID | extra, "mean": None, "statistics": None} | extra).encode()
    assert codec.loads(data, NeuronRecord) == NeuronRecord(NeuronId(3, 4))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"neuron_id": {"layer_index": 1}}, "$.neuron_id: Object missing required field `neuron_index`"),
        ({"neuron_id": {"layer_index": -1, "neuron_index": 0}}, "$.neuron_id: layer_index and neuron_index must be"),
        ({"random_sample": [{"tokens": ["a"], "activations": [1.0, 2.0]}]}, "$.random_sample[0]: 1 tokens but 2"),
        (
            {"random_sample_by_quantile": [[], [{"tokens": ["a"], "activations": ["x"]}]]},
            "$.random_sample_by_quantile[1][0].activations[0]: Expected `float`, got `str`",
        ),
        ({"random_sample": [{"tokens": ["a"], "activations": [math.nan]}]}, "$.random_sample[0].activations[0]: "),
        ({"mean": "0.5"}, "$.mean: Expected `float | null`, got `str`"),
    ],
)
def test_a_bad_field_is_named_by_its_path(change, path):
    with pytest.raises(BrokenData) as caught:
        codec.loads(json.dumps({"neuron_id": ID} | change).encode(), NeuronRecord)
    assert str(caught.value).startswith(path)


def test_another_classs_file_is_refused_by_name():
    results = codec.dumps(NeuronSimulationResults(NeuronId(0, 0), []))
    with pytest.raises(BrokenData, match=r"\$: a NeuronSimulationResults, where a NeuronRecord belongs"):
        codec.loads(results, NeuronRecord)


@given(st.binary(max_size=60) | st.text(max_size=30).map(str.encode) | st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["neuron_id", "layer", "x"]), inner),
).map(lambda plain: json.dumps(plain).encode()))  # fmt: skip
def test_anything_else_is_broken_data(data):
    with pytest.raises(BrokenData):
        codec.loads(data, NeuronSimulationResults)


@pytest.mark.parametrize("data", [b'{"neuron_id":' + b"[" * 100_000, b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"])
def test_deep_nesting_is_broken_data(data):
    with pytest.raises(BrokenData, match=r"nested too deeply|not JSON"):
        codec.loads(data, NeuronRecord)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_an_activation_that_is_no_number_cannot_be_written(bad):
    with pytest.raises(ValueError, match=r"ActivationRecord\.activations holds NaN or infinity"):
        codec.dumps(NeuronRecord(NeuronId(0, 0), [ActivationRecord(["a"], [bad])]))
    with pytest.raises(ValueError, match=r"Histogram\.width"):
        codec.dumps(Histogram(0.0, bad, []))


def test_a_statistic_that_is_no_number_is_written_as_null():
    data = codec.dumps(NeuronRecord(NeuronId(0, 0), mean=math.nan))
    assert codec.loads(data, NeuronRecord).mean is None


def test_large_activations_are_no_infinity():
    record = ActivationRecord(["a", "b"], [1e308, 1e308])
    assert codec.loads(codec.dumps(record), ActivationRecord) == record


def test_half_a_surrogate_pair_survives():
    record = codec.loads(b'{"tokens":["\\ud83d"],"activations":[0.0]}', ActivationRecord)
    assert codec.loads(codec.dumps(record), ActivationRecord) == record


def test_numbers_of_numpy_are_refused_rather_than_written_oddly():
    with pytest.raises(TypeError):
        codec.dumps(ActivationRecord(["a"], [np.float32(1.5)]))


def test_threads_that_meet_a_class_first_at_the_same_time_read_it() -> None:
    """In fresh processes, since a class is met once; before one thread at a time looked, two of three ended so."""
    meeting = """
import sys, threading
from neuronscope import codec, records
sys.setswitchinterval(1e-6)
together, read = threading.Barrier(8), []
def go(number):
    noun = records.NeuronSimulationResults if number % 2 else records.NeuronRecord
    together.wait()
    try:
        codec.loads(b'{"dataclass_name":"%s"}' % noun.__name__.encode(), noun)
    except codec.BrokenData as error:
        read.append(str(error))
threads = [threading.Thread(target=go, args=(number,)) for number in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(read))
"""
    for _ in range(6):
        done = subprocess.run([sys.executable, "-c", meeting], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout.strip()) == (0, "8"), done.stderr
