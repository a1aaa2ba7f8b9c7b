"""A unit's material in, explanations in words out, by a language model: four ways to show it what the unit does.

All read the train split alone, and what the weights say. Failures come back beside the explanations, with sentences.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from neuronscope.errors import BadInput
from neuronscope.explain.lookup import TokenLookupExplainer, token_means
from neuronscope.explain.material import peak_position
from neuronscope.explain.options import ExplainOptions
from neuronscope.explain.parts import Explained, Explainer, ExplainerKind, UnitMaterial
from neuronscope.llm.forms import NEXT_TURN
from neuronscope.llm.protocol import Completion, Failure, LanguageModel, Sampling
from neuronscope.messages import Description, prompt_hash
from neuronscope.prompts.explaining import Asking, Example, Job, explain_messages, listed, whole
from neuronscope.prompts.fitting import fit
from neuronscope.prompts.listing import shown_positions
from neuronscope.prompts.nouns import Fitted, excerpt_of
from neuronscope.prompts.replies import Unusable, parse_explanations
from neuronscope.prompts.templates import (
    ContrastiveExample,
    ExplainExample,
    FewShot,
    Listed,
    PeakExample,
    Templates,
    TokenSpaceExample,
)
from neuronscope.records import ActivationRecord

_RECORDS = 5  # top records in a prompt (method, section 4)
_TOKENS = 50  # strongest tokens in a prompt (method, section 5)
_PROMOTED = 10

_DEFAULT = ExplainOptions()


@dataclass(frozen=True)
class _Missing:
    """What an explainer needs is not there, and why."""

    reason: str


class _Written(ABC):
    """What the four have in common: a prompt that fits, the model's answers, and what they say."""

    def __init__(self, model: LanguageModel, *, templates: Templates, options: ExplainOptions = _DEFAULT) -> None:
        """:raises BadInput: the templates have no set of examples of that name."""
        self._model, self._templates, self._options = model, templates, options
        self._description = model.describe()
        few_shot = self._examples(templates.few_shot(options.few_shot))
        self._asking = Asking(self.kind, templates, few_shot, options.numbered, begun=_goes_on(self._description))

    @property
    @abstractmethod
    def kind(self) -> Job:
        """Its name."""

    @property
    def model(self) -> str | None:
        """The model's name."""
        return self._description.name

    @abstractmethod
    def _examples(self, few_shot: FewShot) -> tuple[Example, ...]:
        """The examples for this way."""

    @abstractmethod
    def _shown(self, material: UnitMaterial) -> Example | _Missing:
        """What the model gets to see of the unit."""

    async def explain(self, material: UnitMaterial) -> Explained:
        """``samples`` answers of ``numbered`` explanations each, those that say the same once; failures in their place.

        :raises BadInput: the model cannot be asked at all.
        """
        own = self._shown(material)
        if isinstance(own, _Missing):
            return Explained((), (Failure("no-material", own.reason),))
        fitted = self._fitted(own)
        digest = prompt_hash(fitted.messages)
        if not fitted.fits:
            reason = f"the prompt does not fit {self._limit} tokens, whatever is left out: give a longer context"
            return Explained((), (Failure("rejected", reason),), digest, fitted.notes)
        reply = await self._model.complete(fitted.messages, self._options.samples, sampling=self._sampling)
        explanations, failures = self._read(reply.choices)
        notes = (*fitted.notes, *_notes(reply.choices, explanations, self._sampling.max_tokens))
        return Explained(tuple(dict.fromkeys(explanations)), tuple(failures), digest, notes)

    @property
    def _sampling(self) -> Sampling:
        """A list may be as many times as long as one explanation; plain text goes on with the next turn if it can."""
        options = self._options
        return Sampling(
            temperature=options.temperature,
            top_p=options.top_p,
            max_tokens=options.max_tokens * options.numbered,
            stop=(NEXT_TURN,) if self._description.prompt_form == "text" else (),
            seed=options.seed,
        )

    @property
    def _limit(self) -> int | None:
        return self._options.context_tokens or self._description.context_tokens

    def _fitted(self, own: Example) -> Fitted:
        return fit(
            lambda kept: explain_messages(self._asking, own, kept),
            whole(self._asking, own),
            count=self._model.count_tokens,
            limit=self._limit,
            reserve=self._sampling.max_tokens,
        )

    def _read(self, choices: Sequence[Completion | Failure]) -> tuple[list[str], list[Failure]]:
        prefix, expected = self._templates.text("answer-prefix"), self._options.numbered
        explanations: list[str] = []
        failures: list[Failure] = []
        for choice in choices:
            if isinstance(choice, Failure):
                failures.append(choice)
                continue
            parsed = parse_explanations(choice.text, expected, prefix)
            explanations += [one for one in parsed if isinstance(one, str)]
            # One answer is one failure, however many explanations it lacks.
            unusable = [one for one in parsed if isinstance(one, Unusable)]
            failures += [Failure(one.kind, one.reason) for one in unusable[:1]]
        return explanations, failures


def _goes_on(model: Description) -> bool:
    """Whether it goes on with an answer that is begun; behind a chat server nobody can tell."""
    if model.members:
        return all(map(_goes_on, model.members))
    return model.kind == "local" or model.prompt_form == "text"


def _notes(choices: Sequence[Completion | Failure], explanations: Sequence[str], longest: int) -> list[str]:
    cut = sum(isinstance(choice, Completion) and choice.finish_reason == "length" for choice in choices)
    repeats = len(explanations) - len(set(explanations))
    notes = [f"{cut} of {len(choices)} answers were cut at {longest} tokens"] if cut else []
    return notes + ([f"{repeats} explanations say the same as another one"] if repeats else [])


class PairsExplainer(_Written):
    """From tokens with their activations: the strongest 5 records of the train split."""

    @property
    def kind(self) -> Job:
        """Its name."""
        return "pairs"

    def _examples(self, few_shot: FewShot) -> tuple[Example, ...]:
        return few_shot.pairs

    def _shown(self, material: UnitMaterial) -> Example | _Missing:
        records = _train(material)
        return records if isinstance(records, _Missing) else ExplainExample(records, ())


class TokenSpaceExplainer(_Written):
    """From the 50 tokens with the highest mean activation, or, where these are not known, the largest input weights."""

    @property
    def kind(self) -> Job:
        """Its name."""
        return "token-space"

    def _examples(self, few_shot: FewShot) -> tuple[Example, ...]:
        return few_shot.token_space

    def _shown(self, material: UnitMaterial) -> Example | _Missing:
        tokens = strongest_tokens(material)
        if not tokens:
            return _Missing(
                "no token has a mean activation above 0 outside the scored records, and no weights are known"
            )
        return TokenSpaceExample(tokens, ())


class PeakExplainer(_Written):
    """A short label, from the tokens at the peaks of the train records, the ones after them, and the top logits."""

    @property
    def kind(self) -> Job:
        """Its name."""
        return "peak"

    def _examples(self, few_shot: FewShot) -> tuple[Example, ...]:
        return few_shot.peak

    def _shown(self, material: UnitMaterial) -> Example | _Missing:
        pairs = [pair for record in material.splits.train if (pair := _peak_and_next(record)) is not None]
        if not pairs or material.scale is None:
            return _Missing(_no_train(material))
        following = tuple(token for _, token in pairs if token is not None)
        return PeakExample(tuple(token for token, _ in pairs), following, _promoted(material), ())


class ContrastiveExplainer(_Written):
    """From the train records beside records that are like them and leave the unit nearly silent."""

    @property
    def kind(self) -> Job:
        """Its name."""
        return "contrastive"

    def _examples(self, few_shot: FewShot) -> tuple[Example, ...]:
        return few_shot.contrastive

    def _shown(self, material: UnitMaterial) -> Example | _Missing:
        positives = _train(material)
        if isinstance(positives, _Missing):
            return positives
        negatives = _listed(material.hard_negatives, material.scale)
        if not negatives:
            return _Missing("no record outside the splits is like the top ones while the unit is nearly silent on it")
        return ContrastiveExample(positives, negatives, ())


def _train(material: UnitMaterial) -> tuple[Listed, ...] | _Missing:
    records = _listed(material.splits.train[:_RECORDS], material.scale)
    return records if records and material.scale is not None else _Missing(_no_train(material))


def _listed(records: Sequence[ActivationRecord], scale: float | None) -> tuple[Listed, ...]:
    shown = [listed(record, scale) for record in records]
    return tuple(one for one in shown if one.tokens)


def _no_train(material: UnitMaterial) -> str:
    if not material.splits.train:
        return "the unit has no top records, so there is nothing to explain it from"
    return "no counted token of the train records has an activation above 0"


def strongest_tokens(material: UnitMaterial) -> tuple[str, ...]:
    """Up to 50 tokens, strongest first: by mean activation, or by input weight where no mean is above 0.

    No scored sequence went into the means: a token that occurs in such a one alone would give it away.
    """
    means = {token: mean for token, mean in token_means(material).named.items() if mean > 0}
    if means:
        return tuple(sorted(means, key=lambda token: (-means[token], token)))[:_TOKENS]
    if material.weights is not None:
        return tuple(token for token in material.weights.input_positive.tokens if token)[:_TOKENS]
    return ()


def _peak_and_next(record: ActivationRecord) -> tuple[str, str | None] | None:
    """The strongest token and the one after it; None where nothing is shown."""
    peak = peak_position(record)
    if peak is None:
        return None
    later = [position for position in shown_positions(excerpt_of(record)) if position > peak]
    return record.tokens[peak], record.tokens[later[0]] if later else None


def _promoted(material: UnitMaterial) -> tuple[str, ...]:
    if material.logits is not None:
        return tuple(material.logits.top.tokens[:_PROMOTED])
    return tuple(material.weights.output_positive.tokens[:_PROMOTED]) if material.weights is not None else ()


_WRITTEN: dict[str, type[_Written]] = {
    "pairs": PairsExplainer,
    "token-space": TokenSpaceExplainer,
    "peak": PeakExplainer,
    "contrastive": ContrastiveExplainer,
}


def make_explainer(
    kind: ExplainerKind, model: LanguageModel | None, options: ExplainOptions, templates: Templates
) -> Explainer:
    """The explainer of that kind.

    :raises BadInput: it needs a model and there is none, or no program writes such explanations.
    """
    if kind == "tokens":
        return TokenLookupExplainer()
    if kind not in _WRITTEN:
        raise BadInput(f"no explainer is called {kind}: choose tokens, {', '.join(_WRITTEN)}")
    if model is None:
        raise BadInput(f"the explainer {kind} needs a model: name one, or use the explainer tokens, which needs none")
    return _WRITTEN[kind](model, templates=templates, options=options)
