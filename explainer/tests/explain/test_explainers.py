"""Explainers: what they ask a model, what they make of its answers, and that they read the train split alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronscope.errors import BadInput
from neuronscope.explain.explainers import make_explainer
from neuronscope.explain.material import hard_negatives, scale_of
from neuronscope.explain.options import ExplainOptions
from neuronscope.explain.parts import Explained, ExplainerKind, UnitMaterial
from neuronscope.explain.templates import load_templates
from neuronscope.llm import (
    CandidateLogprobs,
    CandidateQuestion,
    Completion,
    Description,
    Failure,
    LocalModel,
    Message,
    OpenAIServer,
    Prompt,
    Reply,
    Sampling,
    ServerOptions,
    TokenLogprobs,
    Totals,
    Usage,
)
from neuronscope.messages import prompt_hash
from neuronscope.records import ActivationRecord, NeuronId, NeuronRecord
from neuronscope.relations import (
    LogitTable,
    TokenLookupTableSummaryOfNeuron,
    TokensAndWeights,
    WeightBasedSummaryOfNeuron,
)

TEMPLATES = load_templates()
ALL: tuple[ExplainerKind, ...] = ("pairs", "token-space", "peak", "contrastive", "tokens")
WRITTEN: tuple[ExplainerKind, ...] = ("pairs", "token-space", "peak", "contrastive")
Choice = Completion | Failure
CHAT = Description("scripted", "server", "chat")
SAMPLING, OPTIONS = Sampling(), ExplainOptions()


@dataclass
class Scripted:
    """A model that says what it is told to, again and again, and keeps what it was asked."""

    choices: Sequence[Choice] = (Completion("words for weather", "stop"),)
    description: Description = CHAT
    asked: list[tuple[Prompt, int, Sampling]] = field(default_factory=list)

    def describe(self) -> Description:
        return self.description

    def totals(self) -> Totals:
        return Totals(requests=len(self.asked))

    def count_tokens(self, prompt: Prompt) -> int:
        return len(text_of(prompt).split())

    async def complete(self, prompt: Prompt, n: int = 1, *, sampling: Sampling = SAMPLING) -> Reply:
        self.asked.append((prompt, n, sampling))
        return Reply(tuple(choice for choice, _ in zip(cycle(self.choices), range(n), strict=False)), Usage(1, 1))

    async def token_logprobs(self, prompt: str, *, top: int = 5) -> TokenLogprobs | Failure:
        raise NotImplementedError

    async def candidate_logprobs(self, question: CandidateQuestion) -> CandidateLogprobs | Failure:
        raise NotImplementedError

    async def close(self) -> None:
        """Nothing to close."""


def text_of(prompt: Prompt) -> str:
    return prompt if isinstance(prompt, str) else "\n".join(message.content for message in prompt)


def marked(mark: str, strength: float) -> ActivationRecord:
    """A sequence that no other one shares a word with, but for two; its strongest word is its own."""
    return ActivationRecord([" the", f" {mark}", " and", f" after{mark}"], [0.0, strength, 0.1, 0.2])


def table_of(records: Sequence[ActivationRecord]) -> TokenLookupTableSummaryOfNeuron:
    """As collation makes it: means over the whole corpus, the records that are scored among it."""
    strongest = [(record.tokens[1], record.activations[1]) for record in records]
    pairs = [*strongest, (" rain", 4.0), (" hail", 3.0), (" sun", -2.0)]
    return TokenLookupTableSummaryOfNeuron([token for token, _ in pairs], [mean for _, mean in pairs], [1] * len(pairs))


def material_of(tops: int, randoms: int, quantiles: int = 0, per_split: int | None = 5) -> UnitMaterial:
    tops_marked = [marked(f"top{i}x", 100.0 - i / 4) for i in range(tops)]
    record = NeuronRecord(
        NeuronId(3, 7),
        random_sample=[marked(f"random{i}x", 0.5) for i in range(randoms)],
        random_sample_by_quantile=[[marked(f"quantile{i}x", 0.25) for i in range(quantiles)]],
        most_positive_activation_records=tops_marked,
    )
    splits = record.splits(per_split)
    scale = scale_of(splits.train)
    strengths = TokensAndWeights([" storm", "<s>", ""], [3.0, 2.0, 1.0])
    return UnitMaterial(
        record.neuron_id,
        record,
        splits,
        scale,
        lookup=table_of(tops_marked),
        weights=WeightBasedSummaryOfNeuron(strengths, strengths, strengths, strengths),
        logits=LogitTable(TokensAndWeights([" snow"], [1.0]), TokensAndWeights([" sun"], [-1.0])),
        hard_negatives=hard_negatives(record, splits, scale),
    )


MATERIAL = material_of(20, 15, 4)


def explain(
    kind: ExplainerKind, model: Scripted, material: UnitMaterial = MATERIAL, options: ExplainOptions = OPTIONS
) -> Explained:
    return asyncio.run(make_explainer(kind, model, options, TEMPLATES).explain(material))


@pytest.mark.parametrize("kind", WRITTEN)
def test_an_explanation_comes_with_the_digest_of_its_prompt(kind: ExplainerKind) -> None:
    model = Scripted()
    explained = explain(kind, model)
    ((prompt, n, sampling),) = model.asked
    assert explained == Explained(("words for weather",), (), prompt_hash(prompt), ())
    assert (n, sampling) == (1, Sampling(max_tokens=60, seed=0))
    explainer = make_explainer(kind, model, ExplainOptions(), TEMPLATES)
    assert (explainer.kind, explainer.model) == (kind, "scripted")


def test_each_explainer_shows_the_model_what_it_is_made_from() -> None:
    shown = {}
    for kind in WRITTEN:
        model = Scripted()
        explain(kind, model)
        shown[kind] = text_of(model.asked[0][0])
    assert " top0x\t10\n and\t0\n" in shown["pairs"]
    strongest = 'tokens: " top0x", " top4x", " top8x", " top12x", " top16x", " rain", " hail"\n'
    assert strongest in shown["token-space"]
    assert 'at: " top0x", " top4x", " top8x", " top12x", " top16x"\n' in shown["peak"]
    assert 'by: " and", " and", " and", " and", " and"\nMakes likely: " snow"\n' in shown["peak"]
    assert " quantile0x\t0\n" in shown["contrastive"]
    assert all("quantile" not in shown[kind] for kind in ("pairs", "token-space", "peak"))


def test_five_records_are_shown_however_many_there_are() -> None:
    model = Scripted()
    explain("pairs", model, material_of(200, 0, per_split=None), ExplainOptions(few_shot=None))
    assert text_of(model.asked[0][0]).count("<start>") == 5


def test_tokens_by_weight_are_shown_where_no_means_are_known() -> None:
    model = Scripted()
    explain("token-space", model, replace(material_of(0, 0), lookup=None))
    assert 'tokens: " storm", "<s\\>"\n' in text_of(model.asked[0][0])


def test_several_samples_and_lists_give_each_explanation_once() -> None:
    answers = [Completion("1. rain\n2. snow", "stop"), Completion("1. Snow and ice.\n2. rain", "length")]
    explained = explain("pairs", Scripted(answers), options=ExplainOptions(samples=2, numbered=2))
    assert explained.explanations == ("rain", "snow", "Snow and ice")
    assert explained.failures == ()
    assert explained.notes == (
        "1 of 2 answers were cut at 120 tokens",
        "1 explanations say the same as another one",
    )


def test_failures_stand_beside_the_explanations_that_came() -> None:
    answers = [
        Failure("timeout", "no answer in 5 s"),
        Completion("I'm sorry, I can't.", "stop"),
        Completion("1. rain", "stop"),
        Completion("  ", "stop"),
    ]
    explained = explain("pairs", Scripted(answers), options=ExplainOptions(samples=4, numbered=2))
    assert explained.explanations == ("rain",)
    assert [failure.kind for failure in explained.failures] == ["timeout", "refused", "unparsed", "empty"]
    assert explained.failures[2].reason == "1 of 2 explanations are in the list"


def test_a_model_that_goes_on_with_plain_text_is_stopped_at_the_next_turn() -> None:
    model = Scripted(description=Description("base", "local", "text"))
    explain("pairs", model)
    assert model.asked[0][2].stop == ("\n\nUser:",)


@pytest.mark.parametrize(
    ("description", "begun"),
    [
        (CHAT, False),
        (Description("base", "server", "text"), True),
        (Description("m", "local", "chat"), True),
        (Description("two", "balanced", "text", members=(Description("m", "local", "chat"), CHAT)), False),
        (Description("one", "balanced", "chat", members=(Description("m", "local", "chat"),)), True),
    ],
)
def test_the_answer_is_begun_where_the_model_goes_on_with_it(description: Description, begun: bool) -> None:
    model = Scripted((Completion(" words for weather.\n", "stop"),), description)
    assert explain("pairs", model).explanations == ("words for weather",)
    prompt = model.asked[0][0]
    assert text_of(prompt).endswith("\nThis unit is active on") is begun
    assert text_of(prompt).count("This unit is active on words for rough or wet weather\n") == begun


def test_sampling_is_what_the_options_say() -> None:
    model = Scripted()
    options = ExplainOptions(samples=3, temperature=0.5, top_p=0.9, max_tokens=20, seed=11)
    explain("peak", model, options=options)
    assert model.asked[0][1:] == (3, Sampling(temperature=0.5, top_p=0.9, max_tokens=20, seed=11))


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_prompt_that_is_too_long_is_shortened_and_says_so(kind: ExplainerKind) -> None:
    model = Scripted()
    explain(kind, model)
    whole = model.count_tokens(model.asked[0][0])
    model.description = replace(model.description, context_tokens=whole + 60 - 1)
    explained = explain(kind, model)
    assert model.count_tokens(model.asked[1][0]) + 60 < whole + 60
    assert len(explained.notes) == 1
    assert "example 3" in explained.notes[0]
    assert explained.explanations == ("words for weather",)
    assert (
        explain(kind, model, options=ExplainOptions(context_tokens=whole + 60)).notes == ()
    )  # given beats the model's


def test_a_prompt_that_does_not_fit_at_all_is_not_asked() -> None:
    model = Scripted(description=Description("tiny", "server", "chat", 100))
    explained = explain("pairs", model)
    assert model.asked == []
    assert [failure.kind for failure in explained.failures] == ["rejected"]
    assert "100 tokens" in explained.failures[0].reason
    assert explained.notes[-1].startswith("4 of the unit's own 5 records were left out")


NOTHING = material_of(0, 15)
SILENT = replace(MATERIAL, scale=None)


@pytest.mark.parametrize(
    ("kind", "material", "reason"),
    [
        ("pairs", NOTHING, "no top records"),
        ("peak", NOTHING, "no top records"),
        ("contrastive", NOTHING, "no top records"),
        ("pairs", SILENT, "no counted token"),
        ("peak", SILENT, "no counted token"),
        ("contrastive", replace(MATERIAL, hard_negatives=()), "no record outside the splits"),
        ("token-space", replace(material_of(0, 0), lookup=None, weights=None), "no weights are known"),
    ],
)
def test_without_material_nothing_is_asked(kind: ExplainerKind, material: UnitMaterial, reason: str) -> None:
    model = Scripted()
    explained = explain(kind, model, material)
    assert model.asked == []
    assert explained.explanations == ()
    (failure,) = explained.failures
    assert failure.kind == "no-material"
    assert reason in failure.reason


def test_an_explainer_that_writes_needs_a_model_and_a_name() -> None:
    with pytest.raises(BadInput, match="the explainer peak needs a model"):
        make_explainer("peak", None, ExplainOptions(), TEMPLATES)
    with pytest.raises(BadInput, match="no explainer is called person"):
        make_explainer("person", Scripted(), ExplainOptions(), TEMPLATES)
    with pytest.raises(BadInput, match="no set of examples is called mine"):
        make_explainer("pairs", Scripted(), ExplainOptions(few_shot="mine"), TEMPLATES)


@settings(max_examples=60)
@given(
    st.integers(0, 200),
    st.integers(0, 200),
    st.integers(0, 20),
    st.one_of(st.none(), st.integers(1, 60)),
    st.sampled_from(ALL),
)
def test_no_item_of_another_split_is_ever_in_a_prompt_or_in_a_token_lookup(
    tops: int, randoms: int, quantiles: int, per_split: int | None, kind: ExplainerKind
) -> None:
    material = material_of(tops, randoms, quantiles, per_split)
    model = Scripted()
    explained = explain(kind, model, material)
    prompt = "".join([*(text_of(prompt) for prompt, _, _ in model.asked), *explained.explanations])
    splits = material.splits
    for one in splits.calibration + splits.valid + splits.test:
        assert one.tokens[1] not in prompt
        assert one.tokens[3] not in prompt
    if kind in ("pairs", "contrastive", "token-space") and tops and prompt:
        assert all(one.tokens[1] in prompt for one in splits.train[:5])


def real(model: LocalModel | OpenAIServer, kind: ExplainerKind) -> Explained:
    options = ExplainOptions(temperature=0.0, few_shot="short", max_tokens=16)
    return asyncio.run(make_explainer(kind, model, options, TEMPLATES).explain(material_of(8, 4, 2, 2)))


def test_a_real_model_in_process_explains_and_says_the_same_again(smollm2: LocalModel) -> None:
    explained = [real(smollm2, kind) for kind in ("pairs", "token-space", "token-space")]
    assert [len(one.explanations) for one in explained] == [1, 1, 1]
    assert not any("\t" in one.explanations[0] for one in explained)
    assert explained[1] == explained[2]


@pytest.mark.nightly
def test_a_real_server_explains_too(llama_cpp: str) -> None:
    model = OpenAIServer("smollm2", llama_cpp, options=ServerOptions(context_tokens=2048))
    explained = real(model, "peak")
    assert model.totals().requests == 1
    plain = OpenAIServer("smollm2", llama_cpp, options=ServerOptions(prompt_form="text"))
    assert real(plain, "token-space").explanations
    assert len(explained.explanations) + len(explained.failures) == 1
    assert not {failure.kind for failure in explained.failures} - {"unparsed"}


def test_messages_are_what_is_asked() -> None:
    model = Scripted()
    explain("pairs", model)
    prompt = model.asked[0][0]
    assert not isinstance(prompt, str)
    assert all(isinstance(message, Message) for message in prompt)
    roles = [message.role for message in prompt]
    assert roles == ["system", "user", "assistant", "user", "assistant", "user", "assistant", "user"]
