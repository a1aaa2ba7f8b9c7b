"""Template files: the package's own are whole and plausible, and a folder's take the place of those so named."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest

from neuronscope.errors import BadInput
from neuronscope.explain.templates import load_templates
from neuronscope.prompts.templates import SLOTS

OWN = load_templates()


def write(folder: Path, path: str, text: str) -> Path:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")
    return folder


def test_the_package_has_every_text_and_two_sets_of_examples() -> None:
    assert set(OWN.texts) == set(SLOTS)
    assert {"default", "short"} <= set(OWN.few_shot_sets)
    for examples in OWN.few_shot_sets.values():
        assert all(vars(examples).values())


def test_no_file_of_the_package_is_left_over() -> None:
    folder = resources.files("neuronscope.prompts") / "data"
    assert {file.name for file in (folder / "texts").iterdir()} == {f"{name}.txt" for name in SLOTS}


@pytest.mark.parametrize("name", ["default", "short"])
def test_the_examples_are_such_as_units_would_give(name: str) -> None:
    examples = OWN.few_shot(name)
    records = [one for example in examples.pairs for one in example.records]
    records += [one for example in examples.contrastive for one in example.positives]
    for one in records:
        assert max(one.numbers) >= 7
        assert sum(map(bool, one.numbers)) <= len(one.numbers) / 3
        assert all(one.tokens)
    for contrast in examples.contrastive:
        assert max(number for one in contrast.negatives for number in one.numbers) <= 2
    for simulated in examples.simulate:
        assert 0 < simulated.first_known < len(simulated.tokens)
        assert any(simulated.numbers[simulated.first_known :])
        assert simulated.numbers.count(0) > len(simulated.numbers) / 2
    for judged in (*examples.detection, *examples.fuzzing):
        assert set(judged.answers) == {True, False}
    assert not any(marked for judged in examples.detection for marked in judged.marks)
    assert all(marked for judged in examples.fuzzing for marked in judged.marks)


def test_several_wordings_of_an_example_differ() -> None:
    for examples in OWN.few_shot_sets.values():
        for one in (*examples.pairs, *examples.token_space, *examples.peak, *examples.contrastive):
            assert len(set(one.explanations)) == len(one.explanations) > 0
            assert all(text == text.strip().removesuffix(".") for text in one.explanations)


def test_a_file_of_a_folder_replaces_the_one_of_its_name(tmp_path: Path) -> None:
    write(tmp_path, "texts/answer-prefix.txt", "It fires on\n")
    example = {"tokens": [" a"], "explanations": ["the letter a"]}
    write(tmp_path, "few-shot/short/token-space.json", json.dumps({"examples": [example]}))
    write(tmp_path, ".DS_Store", "")
    templates = load_templates(tmp_path)
    assert templates.text("answer-prefix") == "It fires on"
    assert templates.few_shot("short").token_space[0].explanations == ("the letter a",)
    assert templates.few_shot("short").pairs == OWN.few_shot("short").pairs
    assert templates.few_shot("default") == OWN.few_shot("default")
    assert {name: text for name, text in templates.texts.items() if name != "answer-prefix"} == {
        name: text for name, text in OWN.texts.items() if name != "answer-prefix"
    }


def test_a_set_of_ones_own_must_have_every_job(tmp_path: Path) -> None:
    jobs = ["pairs", "token-space", "peak", "contrastive", "simulate", "detection", "fuzzing"]
    for job in jobs[:-1]:
        write(tmp_path, f"few-shot/mine/{job}.json", '{"examples": []}')
    with pytest.raises(BadInput, match=r"the set of examples mine lacks few-shot/mine/fuzzing\.json"):
        load_templates(tmp_path)
    write(tmp_path, "few-shot/mine/fuzzing.json", '{"examples": []}')
    assert load_templates(tmp_path).few_shot("mine").pairs == ()


@pytest.mark.parametrize(
    ("path", "text", "sentence"),
    [
        ("texts/pairs-user.txt", "{unit} {task}", r"pairs-user\.txt lacks the slot {listings}"),
        ("texts/pairs-user.txt", "{unit} {task} {listings} {mood}", r"pairs-user\.txt has the slot {mood}.*{listings}"),
        ("texts/pairs-system.txt", "{unit}", r"has the slot {unit}, which is not one of its slots: none"),
        ("texts/pairs-system.txt", " \n", r"pairs-system\.txt is empty"),
        ("texts/pair-user.txt", "{unit}", r"pair-user\.txt is no template: the texts and examples are pairs-system"),
        ("few-shot/short/pair.json", "{}", r"pair\.json is no template"),
        ("few-shot/none/pairs.json", '{"examples": []}', r"pairs\.json is no template"),
        ("few-shot/pairs.json", "{}", r"pairs\.json is no template"),
        ("few-shot/short/pairs.json", "[", r"short/pairs\.json: not JSON"),
        ("few-shot/short/pairs.json", '{"examples": [{"records": []}]}', r"\$\.examples\[0\].*explanations"),
        (
            "few-shot/short/pairs.json",
            '{"examples": [{"explanations": [], "records": [{"tokens": ["a"], "numbers": [11]}]}]}',
            r"\$\.examples\[0\]\.records\[0\].*outside 0 to 10",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, path: str, text: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        load_templates(write(tmp_path, path, text))


def test_a_folder_without_templates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no templates"):
        load_templates(tmp_path)
    with pytest.raises(BadInput, match="is not a folder"):
        load_templates(tmp_path / "nowhere")
