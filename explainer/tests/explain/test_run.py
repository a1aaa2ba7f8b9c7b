"""Runs over many units against a real HTTP server that answers by rules, fails on command, and counts requests."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from neuronscope.codec import dumps, loads
from neuronscope.dataset import DatasetWriter, layout, open_dataset
from neuronscope.dataset.check import check_dataset
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.dataset.runs import RunReport
from neuronscope.errors import BadInput
from neuronscope.explain.baseline import shuffled_partners
from neuronscope.explain.options import ExplainOptions
from neuronscope.explain.planning import UnitRange, chosen_units, dataset_digest
from neuronscope.explain.run import RunModels, RunProgress, RunSettings, RunSummary, explain_units
from neuronscope.explain.working import EXPLAINING
from neuronscope.llm import LocalModel, OpenAIServer, Prices, ServerOptions
from neuronscope.records import ActivationRecord, NeuronId, NeuronRecord, NeuronSimulationResults, ScoredExplanation

Stub = Any  # see conftest
Body = dict[str, Any]
OPTIONS = ExplainOptions(simulator="structured", temperature=0.0, few_shot="short")
MOMENT = datetime(2026, 11, 1, tzinfo=UTC)


def record(unit: int, tokens: int = 6) -> NeuronRecord:
    """20 top and 15 random records; the unit fires on words of its own."""
    draw = random.Random(unit)

    def one(number: int, strength: float) -> ActivationRecord:
        words = [f" n{number}", *(f" w{draw.randrange(40)}" for _ in range(tokens - 2))]
        place = number % tokens
        activations = [0.0] * tokens
        activations[place] = strength
        return ActivationRecord([*words[:place], f" u{unit}" if strength else " and", *words[place:]], activations)

    top = [one(number, 9.0 - number / 4) for number in range(20)]
    others = [one(100 + number, 0.0) for number in range(15)]
    return NeuronRecord(NeuronId(0, unit), others, most_positive_activation_records=top)


def write_dataset(root: Path, units: int, *, packed: bool = True) -> Path:
    with DatasetWriter(root, packed=packed) as writer:
        for layer in range(2):
            files = []
            for unit in range(units):
                found = record(unit + 100 * layer)
                made = NeuronRecord(
                    NeuronId(layer, unit),
                    found.random_sample,
                    most_positive_activation_records=found.most_positive_activation_records,
                )
                files.append((unit, dumps(made)))
            writer.add_layer(layout.RECORDS, layer, files)
        infos = [LayerInfo(0, units), LayerInfo(1, units)]
        writer.finish(Manifest("tiny", "Tiny", ModelInfo("m"), SourceInfo("mlp"), infos))
    return root


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Two layers of three units."""
    return write_dataset(tmp_path / "tiny", 3)


def text_for(body: Body) -> str:
    """What the server says: numbers by spelling for a JSON list of tokens, else a sentence that the prompt decides."""
    said = body["messages"][-1]["content"]
    before, bracket, after = said.splitlines()[-1].partition('["')
    if before.startswith("Tokens") and bracket:
        tokens = json.loads(bracket + after)
        return json.dumps([{"token": token, "activation": sum(map(ord, token)) % 11} for token in tokens])
    return f"words about {hashlib.sha256(said.encode()).hexdigest()[:6]}"


def good(body: Body) -> Body:
    choice = {"index": 0, "message": {"role": "assistant", "content": text_for(body)}, "finish_reason": "stop"}
    return {"body": {"choices": [choice], "usage": {"prompt_tokens": 100, "completion_tokens": 10}}}


def explain(
    root: Path, model: Any, options: ExplainOptions = OPTIONS, simulator: Any = None, **settings: Any
) -> RunSummary:
    """A run in an event loop of its own; what is heard of its progress is checked."""
    heard: list[RunProgress] = []

    async def main() -> RunSummary:
        asked = RunSettings(**{"at_once": 8, "created": MOMENT} | settings)
        try:
            models = RunModels(model, simulator or model)
            return await explain_units(root, options, models=models, settings=asked, progress=heard.append)
        finally:
            for one in {id(one): one for one in (model, simulator) if one is not None}.values():
                await one.close()

    found = asyncio.run(main())
    assert all(0 <= step.done <= step.total for step in heard)
    return found


def explanations(
    root: Path, ranges: tuple[UnitRange, ...] = (UnitRange(),)
) -> dict[tuple[int, int], list[ScoredExplanation]]:
    with open_dataset(root) as opened:
        places = [(one.layer_index, one.neuron_index) for one in chosen_units(opened, ranges)]
        found = {place: opened.explanations(*place) for place in places}
    return {place: one.scored_explanations for place, one in found.items() if one is not None}


def faults(root: Path) -> list[str]:
    with open_dataset(root) as opened:
        return [fault for checked in check_dataset(opened) for fault in checked.faults]


def test_every_unit_is_explained_scored_and_beside_its_baselines(dataset: Path, stub: Stub) -> None:
    stub.answer = lambda _path, body: good(body)
    with open_dataset(dataset) as opened:
        before = dataset_digest(opened)
    summary = explain(dataset, stub.model(prices=Prices(1.0, 1.0), concurrency=8))
    found = explanations(dataset)
    assert sorted(found) == [(layer, unit) for layer in range(2) for unit in range(3)]
    assert faults(dataset) == []
    assert not (dataset / EXPLAINING).exists()
    partners = {one.unit: one.partner for one in shuffled_partners([NeuronId(*place) for place in found])}
    for place, (by_model, by_lookup) in found.items():
        assert (by_model.author, by_lookup.author) == ("m (pairs)", "token lookup")
        assert by_model.scored_simulation is not None
        groups = [one.group for one in by_model.scored_simulation.scored_sequence_simulations]
        assert groups == ["top"] * 5 + ["random"] * 5
        assert by_model.provenance is not None
        assert by_model.provenance.shuffled_from == partners[NeuronId(*place)]
        assert set(by_model.provenance.prompts) == {"explain", "simulate"}
        assert (by_model.provenance.run, by_model.provenance.created) == (summary.report.run, MOMENT.isoformat())
        assert by_model.scores is not None
        assert by_model.scores["correlation"].model == "m"
        assert by_model.baselines is not None
        for baseline in ("shuffled", "lookup"):
            assert by_model.baselines[baseline]["correlation"].value is not None
    # One explanation and ten texts twice, a request each; nothing is asked a second time.
    assert summary.report.requests == len(stub.seen) == 6 * 21
    assert summary.report.cost == pytest.approx(6 * 21 * 110 / 1e6)
    with open_dataset(dataset) as opened:
        assert dataset_digest(opened) == before  # a run changes nothing that it works from
        data = opened.file(f"reports/{summary.report.run}.json")
        assert data is not None
        assert loads(data, RunReport) == summary.report
        table = opened.file(layout.units_path(1))
        assert table is not None
        assert json.loads(table)["explanations"] == [2, 2, 2]


def test_a_second_run_replaces_its_own_and_keeps_what_others_wrote(dataset: Path, stub: Stub) -> None:
    stub.answer = lambda _path, body: good(body)
    explain(dataset, stub.model(), units=(UnitRange(0),))
    first = explanations(dataset)
    explain(dataset, stub.model(), options=ExplainOptions(simulator="structured", explainers=("peak",)))
    both = explanations(dataset)
    assert [one.author for one in both[0, 1]] == ["m (pairs)", "m (peak)", "token lookup"]
    assert both[0, 1][0] == first[0, 1][0]
    assert [one.author for one in both[1, 1]] == ["m (peak)", "token lookup"]
    again = explain(dataset, stub.model(), units=(UnitRange(0, 1, 1),))
    last = explanations(dataset)
    assert [one.author for one in last[0, 1]] == ["m (peak)", "m (pairs)", "token lookup"]
    assert last[0, 0] == both[0, 0]
    pairs = next(one for one in last[0, 1] if one.author == "m (pairs)")
    assert pairs.baselines is not None
    assert pairs.baselines["shuffled"]["correlation"].reason == "the run has no other explained unit"
    assert again.report.units == 1
    assert len(list((dataset / "reports").iterdir())) >= 2
    assert faults(dataset) == []


def test_ranges_choose_what_is_there_each_unit_once(dataset: Path) -> None:
    with open_dataset(dataset) as opened:
        ranges = (UnitRange(1, 1, 9), UnitRange(None, 2, 2), UnitRange(1, 2, 2))
        assert chosen_units(opened, ranges) == [NeuronId(0, 2), NeuronId(1, 1), NeuronId(1, 2)]
        assert len(chosen_units(opened)) == 6
        with pytest.raises(BadInput, match="has no unit 1:7-9; layer 1 has 3 from 0 to 2"):
            chosen_units(opened, (UnitRange(1, 7, 9),))


def test_the_folder_form_is_written_too(tmp_path: Path, stub: Stub) -> None:
    stub.answer = lambda _path, body: good(body)
    root = write_dataset(tmp_path / "files", 2, packed=False)
    explain(root, stub.model())
    assert sorted(explanations(root)) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert (root / "explanations" / "1" / "1.jsonl").exists()
    assert faults(root) == []


PATIENCE = 3.0  # seconds; on a busy machine a sound answer, one of sixteen at once, may take more than one

FAULTS: dict[str, Callable[[Body], Body]] = {
    "rate-limited": lambda _: {
        "status": 429,
        "body": {"error": {"message": "slow down"}},
        "headers": {"Retry-After": "0"},
    },
    "server-error": lambda _: {"status": 500, "body": {"error": {"message": "out of order"}}},
    "timeout": lambda _: {"delay": 2 * PATIENCE},
    "truncated": lambda body: {"body": json.dumps(good(body)["body"]).encode()[:40]},
    "unreachable": lambda _: {"hang_up": True},
}


def broken(body: Body, tries: Counter[str], *, share: float, stubborn: bool) -> Body | None:
    """The fault that strikes this try of this question, drawn by the question itself; None for none."""
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    tries[digest] += 1
    drawn = random.Random(digest if stubborn else f"{digest} {tries[digest]}")
    return FAULTS[drawn.choice(sorted(FAULTS))](body) if drawn.random() < share else None


def test_a_tenth_of_all_answers_going_wrong_changes_nothing_but_the_retries(tmp_path: Path, stub: Stub) -> None:
    well, ill = (write_dataset(tmp_path / name, 2) for name in ("well", "ill"))
    stub.answer = lambda _path, body: good(body)
    explain(well, stub.model())
    stub.seen.clear()
    tries: Counter[str] = Counter()
    stub.answer = lambda _path, body: broken(body, tries, share=0.1, stubborn=False) or good(body)
    report = explain(ill, stub.model(timeout=PATIENCE, max_retries=6, concurrency=16), at_once=16).report
    assert explanations(ill) == explanations(well)
    assert (report.failures, report.failed_units, report.requests) == ({}, [], 4 * 21)
    assert report.retries == len(stub.seen) - 4 * 21
    assert report.retries >= 3  # with faults of one in ten 84 requests go without any once in thousands of years


def test_what_fails_for_good_is_counted_with_its_reason_and_nothing_else_is_lost(tmp_path: Path, stub: Stub) -> None:
    root = write_dataset(tmp_path / "ill", 4)
    tries: Counter[str] = Counter()
    stub.answer = lambda _path, body: broken(body, tries, share=0.1, stubborn=True) or good(body)
    report = explain(root, stub.model(timeout=PATIENCE, max_retries=0, concurrency=16), at_once=16).report
    assert sum(report.failures.values()) > 4
    assert set(report.failures) <= set(FAULTS)
    assert len(stub.seen) == report.requests
    assert {kind: sum(sentences.values()) for kind, sentences in report.reasons.items()} == report.failures
    by_place = explanations(root)
    missing = {(one.layer, one.unit) for one in report.failed_units}
    for place, found in by_place.items():
        assert [one.author for one in found] == (
            ["token lookup"] if place in missing else ["m (pairs)", "token lookup"]
        )
    unparsed = 0
    for found in by_place.values():
        for one in found:
            if one.author == "token lookup" or one.scored_simulation is None or one.scores is None:
                continue
            sequences = one.scored_simulation.scored_sequence_simulations
            positions = [value for sequence in sequences for value in sequence.simulation.expected_activations]
            assert one.scores["correlation"].unparsed == positions.count(None)
            unparsed += positions.count(None)
    assert unparsed > 0
    assert len(by_place) == 8


def test_failures_that_may_pass_are_asked_again_by_the_resumed_run(dataset: Path, stub: Stub) -> None:
    asked = 0

    def first_then_broken(_path: str, body: Body) -> Body:
        nonlocal asked
        asked += 1
        return good(body) if asked <= 40 else {"status": 401, "body": {"error": {"message": "no"}}}

    stub.answer = first_then_broken
    with pytest.raises(BadInput, match="key"):
        explain(dataset, stub.model())
    assert (dataset / EXPLAINING).is_dir()
    assert explanations(dataset) == {}
    paid = _digests(stub, 40)
    stub.answer = lambda _path, body: good(body)
    stub.seen.clear()
    summary = explain(dataset, stub.model(), resume=True)
    assert summary.resumed
    assert not paid & _digests(stub)
    assert len(stub.seen) == 6 * 21 - 40
    assert summary.report.explained == 6


def _digests(stub: Stub, first: int | None = None) -> set[str]:
    return {json.dumps(body, sort_keys=True) for _, _, body in stub.seen[:first]}


def test_a_run_without_any_answer_leaves_nothing_behind(dataset: Path, stub: Stub) -> None:
    stub.answer = lambda _path, _body: {"status": 401, "body": {"error": {"message": "no"}}}
    with pytest.raises(BadInput):
        explain(dataset, stub.model())
    assert not (dataset / EXPLAINING).exists()


def test_another_run_is_refused_in_words_while_one_is_unfinished(dataset: Path, stub: Stub) -> None:
    stub.answer = lambda _path, body: good(body)
    model = stub.model(prices=Prices(0.0, 1e4))
    stopped = explain(dataset, model, budget=0.5)
    assert stopped.stopped is not None
    with pytest.raises(BadInput, match=r"unfinished run of explain.*--resume"):
        explain(dataset, stub.model())
    other = ExplainOptions(simulator="structured", temperature=0.0, few_shot="short", samples=2)
    with pytest.raises(BadInput, match="samples was 1 and is 2"):
        explain(dataset, stub.model(), options=other, resume=True)
    with pytest.raises(BadInput, match="the units are other than then"):
        explain(dataset, stub.model(), units=(UnitRange(1),), resume=True)
    with pytest.raises(BadInput, match=r"the models were m .* and are n "):
        explain(dataset, OpenAIServer("n", stub.url), resume=True)
    assert explanations(dataset) == {}


def test_a_spent_budget_stops_the_run_and_it_goes_on_where_it_stopped(dataset: Path, stub: Stub) -> None:
    stub.answer = lambda _path, body: good(body)
    prices = Prices(0.0, 1e4)  # 10 tokens an answer: ten cents
    stopped = explain(dataset, stub.model(prices=prices, concurrency=4), budget=3.0, at_once=4)
    assert stopped.stopped is not None
    assert "3 US dollars" in stopped.stopped
    assert 30 <= len(stub.seen) <= 33
    assert stopped.report.cost == pytest.approx(len(stub.seen) * 0.1)
    rest = explain(dataset, stub.model(prices=prices), resume=True)
    assert rest.stopped is None
    assert len(stub.seen) == rest.report.requests == 6 * 21
    assert rest.report.cost == pytest.approx(6 * 21 * 0.1)


@pytest.mark.parametrize("after", [pytest.param(4, marks=pytest.mark.nightly), 60])
def test_a_killed_run_goes_on_without_asking_anything_twice(tmp_path: Path, stub: Stub, after: int) -> None:
    whole, killed = (write_dataset(tmp_path / name, 3) for name in ("whole", "killed"))
    stub.answer = lambda _path, body: good(body)
    explain(whole, stub.model())
    answered: list[str] = []
    reached = threading.Event()

    def answer(_path: str, body: Body) -> Body:
        with stub.lock:
            if len(answered) < after:
                answered.append(json.dumps(body, sort_keys=True))
                return good(body)
        reached.set()
        return {"delay": 8.0, "hang_up": True}  # the process is killed meanwhile

    stub.answer = answer
    command = [
        sys.executable,
        "-m",
        "neuronscope",
        "explain",
        str(killed),
        "--llm",
        f"openai:m@{stub.url}",
        "--no-cache",
    ]
    command += ["--temperature", "0", "--few-shot", "short", "--concurrency", "4"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert reached.wait(60)
    time.sleep(1.0)  # what was answered has arrived
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert explanations(killed) == {}
    assert (killed / EXPLAINING).is_dir()
    stub.answer = lambda _path, body: good(body)
    before = len(stub.seen)
    done = subprocess.run([*command, "--resume", "--json"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    again = [json.dumps(body, sort_keys=True) for _, _, body in stub.seen[before:]]
    assert not set(answered) & set(again)
    assert len(again) == len(set(again)) == 6 * 21 - after
    assert _without_run(explanations(killed)) == _without_run(explanations(whole))
    assert json.loads(done.stdout)["requests"] == 6 * 21  # of both parts; what was under way was never answered


def _without_run(found: dict[tuple[int, int], list[ScoredExplanation]]) -> list[bytes]:
    """All that does not say which run it was."""
    out = []
    for place in sorted(found):
        plain = json.loads(dumps(NeuronSimulationResults(NeuronId(*place), found[place])))
        for one in plain["scored_explanations"]:
            del one["provenance"]["run"]
            del one["provenance"]["created"]
        out.append(json.dumps(plain).encode())
    return out


def test_as_many_requests_are_under_way_as_may_be_and_no_more(tmp_path: Path, stub: Stub) -> None:
    root = write_dataset(tmp_path / "tiny", 8)
    stub.answer = lambda _path, body: good(body) | {"delay": 0.2}
    began = time.monotonic()
    report = explain(root, stub.model(concurrency=32), at_once=32).report
    seconds = time.monotonic() - began
    assert report.requests == 16 * 21
    assert 24 <= stub.most_under_way <= 32
    assert seconds < report.requests * 0.2 / 2  # with 32 at once it is a sixteenth of that; machines are busy


def test_what_cannot_be_written_to_is_refused_before_anything_is_asked(tmp_path: Path, stub: Stub) -> None:
    with pytest.raises(BadInput, match="does not exist"):
        explain(tmp_path / "nothing", stub.model())
    root = write_dataset(tmp_path / "tiny", 1)
    (root / "dataset.json").unlink()
    with pytest.raises(BadInput, match="only datasets that were made here"):
        explain(root, stub.model())
    with pytest.raises(BadInput, match="has no layer 7"):
        explain(write_dataset(tmp_path / "other", 1), stub.model(), units=(UnitRange(7),))
    with pytest.raises(BadInput, match="needs a model"):
        explain(write_dataset(tmp_path / "third", 1), None)
    assert stub.seen == []


def test_a_server_that_cannot_simulate_so_is_refused_before_units_are_explained(dataset: Path, stub: Stub) -> None:
    stub.answer = lambda _path, body: good(body)
    with pytest.raises(BadInput, match="prompt form text"):
        explain(dataset, stub.model(), options=ExplainOptions(simulator="all-at-once"))
    assert stub.seen == []
    stub.answer = lambda *_: {"body": {"choices": [{"index": 0, "text": " and so on", "finish_reason": "stop"}]}}
    with pytest.raises(BadInput, match="no log-probabilities of a prompt"):
        explain(dataset, stub.model(prompt_form="text"), options=ExplainOptions(simulator="all-at-once"))
    assert len(stub.seen) == 1
    assert not (dataset / EXPLAINING).exists()


SAMPLE, SMOLLM2 = (Path(__file__).parents[3] / path for path in ("data/sample", ".cache/smollm2"))


def of_the_sample(tmp_path: Path) -> tuple[Path, tuple[UnitRange, ...]]:
    """A copy, and two of its units: some of their random texts leave them silent, so that there is a detection."""
    root = Path(shutil.copytree(SAMPLE, tmp_path / "sample"))
    return root, tuple(UnitRange(2, unit, unit) for unit in (40, 74))


@pytest.mark.nightly
def test_a_real_model_in_process_explains_simulates_and_judges(tmp_path: Path) -> None:
    root, units = of_the_sample(tmp_path)
    options = ExplainOptions(
        scorers=("correlation", "detection"), few_shot="short", temperature=0.0, per_split=2, max_tokens=30
    )
    report = explain(root, LocalModel.load(str(SMOLLM2)), options=options, units=units).report
    assert (report.units, report.explained, report.scored, report.failures) == (2, 2, 4, {})
    written = explanations(root)
    for unit in units:
        one = written[unit.layer or 0, unit.first][0]
        assert one.scores is not None
        # 64 tokens each of four texts, less their first positions and later parts of characters.
        assert 4 * 55 < (one.scores["correlation"].tokens or 0) <= 4 * 63
        assert one.scores["correlation"].value is not None
        assert one.scores["detection_balanced_accuracy"].answers
        assert one.scores["detection_balanced_accuracy"].unparsed == 0
        assert one.provenance is not None
        assert one.provenance.simulator == "all-at-once"
        assert one.baselines is not None
        assert one.baselines["shuffled"]["detection_balanced_accuracy"].answers
    assert faults(root) == []


def served(url: str) -> OpenAIServer:
    return OpenAIServer("smollm2", url, options=ServerOptions(concurrency=2, timeout=280.0, max_retries=0))


def refuse_invented_numbers(found: ScoredExplanation) -> None:
    """Every position of a text is scored, ignored, or said to be unparsed."""
    assert found.scores is not None
    score = found.scores["correlation"]
    assert (score.value is None) == (score.reason is not None)
    if found.scored_simulation is None:
        assert score.reason == "no position was parsed"
        return
    sequences = found.scored_simulation.scored_sequence_simulations
    numbers = [value for one in sequences for value in one.simulation.expected_activations]
    assert score.tokens == sum(value is not None for value in numbers)
    assert score.unparsed + score.ignored == numbers.count(None)
    assert all(value is None or 0 <= value <= 10 for value in numbers)


@pytest.mark.nightly
def test_a_real_server_explains_and_simulates_in_json(tmp_path: Path, llama_cpp: str) -> None:
    root = write_dataset(tmp_path / "tiny", 1)
    options = ExplainOptions(simulator="structured", per_split=1, temperature=0.0, few_shot=None, max_tokens=20)
    report = explain(root, served(llama_cpp), options=options).report
    # A model so small may write an answer that is no explanation; then that is what is said.
    assert report.explained + len(report.failed_units) == report.units == 2
    texts = {one.explanation for found in explanations(root).values() for one in found if one.author != "token lookup"}
    assert report.requests == 2 + report.explained * 2 * len(texts)  # two excerpts for its own words and the other's
    for found in explanations(root).values():
        assert found[-1].author == "token lookup"
        for one in found:
            refuse_invented_numbers(one)
    assert faults(root) == []


@pytest.mark.nightly
def test_a_real_server_explains_the_sample(tmp_path: Path, llama_cpp: str) -> None:
    root, units = of_the_sample(tmp_path)
    options = ExplainOptions(simulator="structured", per_split=1, few_shot="short", temperature=0.0, shuffled=False)
    report = explain(root, served(llama_cpp), options=options, units=units).report
    assert (report.units, report.explained) == (2, 2)
    written = explanations(root)
    for unit in units:
        for one in written[unit.layer or 0, unit.first]:
            refuse_invented_numbers(one)
    assert faults(root) == []
