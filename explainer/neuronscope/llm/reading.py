"""Exact log-probabilities from a model in process: of a text's own tokens, and of candidates at places of texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.llm.branching import branch_logprobs, takes_branches
from neuronscope.llm.candidates import CandidateTree, Path, candidate_tree
from neuronscope.llm.forms import before_answer
from neuronscope.llm.forward import Branch, Row, each_token_logprobs
from neuronscope.llm.protocol import Candidate, CandidateLogprobs, CandidateQuestion, Failure, TokenLogprobs
from neuronscope.llm.writing import Writer, Written
from neuronscope.messages import Prompt

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

Limit = Callable[[int], Failure | None]


def read_tokens(
    model: PreTrainedModel, writer: Writer, prompt: str, *, top: int, limit: Limit
) -> tuple[TokenLogprobs | Failure, int]:
    """How likely each token of a text was after those before it; and how many there are."""
    tokens = writer.tokens(writer.write(prompt))
    ids = tokens.ids
    if failure := limit(len(ids)):
        return failure, 0
    own: list[float | None] = [None]
    tops: list[tuple[Candidate, ...]] = [()]
    for piece in each_token_logprobs(model, ids[:-1]) if len(ids) > 1 else ():
        following = ids[len(own) : len(own) + len(piece)]
        own += [float(row[token]) for row, token in zip(piece, following, strict=True)]
        tops += [_top(row, top, writer) for row in piece]
    texts = tuple(writer.token_texts(ids))
    return TokenLogprobs(texts, tuple(tokens.starts), tuple(own), tuple(tops)), len(ids)


def _top(row: torch.Tensor, count: int, writer: Writer) -> tuple[Candidate, ...]:
    best = row.topk(min(count, len(row)))
    pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True)
    return tuple(Candidate(writer.token_text(token), logprob) for token, logprob in pairs)


@dataclass(frozen=True)
class _Spot:
    """One offset: which row has it and at which place, and the candidates as tokens there."""

    row: int
    place: int
    tree: CandidateTree


class CandidateReader:
    """Answers CandidateQuestions with one model."""

    def __init__(self, model: PreTrainedModel, writer: Writer, *, reuse: bool) -> None:
        self._model, self._writer, self._reuse = model, writer, reuse

    @cached_property
    def _behind(self) -> bool:
        return takes_branches(self._model)

    def read(self, question: CandidateQuestion, *, limit: Limit) -> tuple[CandidateLogprobs | Failure, int]:
        """The answer, and how many tokens were read.

        :raises BadInput: candidates that cannot be told apart, or written after the text; a place with nothing before.
        """
        layout = _Layout(self._writer, question)
        spots = [layout.spots(text, offsets) for text, offsets in zip(question.texts, question.offsets, strict=True)]
        rows = layout.rows([spot for row in spots for spot in row])
        if failure := limit(max((row.width for row in rows), default=0)):
            return failure, 0
        found: dict[tuple[int, int], tuple[float, ...]] = {}
        for number, logprobs in branch_logprobs(self._model, rows, behind=self._behind, reuse=self._reuse):
            found |= layout.values(number, rows[number], logprobs)
        values = tuple(tuple(found[spot.row, spot.place] for spot in row) for row in spots)
        return CandidateLogprobs(values), sum(row.width for row in rows)


class _Layout:
    """A question as rows of token ids."""

    def __init__(self, writer: Writer, question: CandidateQuestion) -> None:
        self._writer = writer
        self._candidates = question.candidates
        self._prefix = _prefix(writer, question.prefix)
        self._ids: list[list[int]] = []
        self._trees: dict[str, CandidateTree] = {}
        self._spots: dict[tuple[int, int], _Spot] = {}

    def spots(self, text: str, offsets: Sequence[int]) -> list[_Spot]:
        """Where a text's offsets are. One inside a token has a row of its own, which ends there."""
        whole = self._prefix + text
        tokens = self._writer.tokens(whole)
        own = len(self._ids)
        self._ids.append(tokens.ids)
        out = []
        for offset in offsets:
            end = len(self._prefix.text) + offset
            place = tokens.before(end)
            tree = self._tree(whole.text[max(0, end - 1) : end])
            if place is None:
                ids = self._writer.ids(Written(whole.text[:end], whole.complete))
                self._ids.append(ids)
                out.append(self._spot(len(self._ids) - 1, len(ids), tree))
            else:
                out.append(self._spot(own, place, tree))
        return out

    def _spot(self, row: int, place: int, tree: CandidateTree) -> _Spot:
        if place < 1:
            raise BadInput("nothing stands before the first place: give a prefix, or a text that begins before it")
        self._spots[row, place] = spot = _Spot(row, place, tree)
        return spot

    def _tree(self, before: str) -> CandidateTree:
        """The candidates as tokens after a character."""
        if before not in self._trees:
            paths = [self._writer.ids_after(before, candidate) for candidate in self._candidates]
            self._trees[before] = candidate_tree(self._candidates, paths)
        return self._trees[before]

    def rows(self, spots: Sequence[_Spot]) -> list[Row]:
        """One for each list of ids, with its places and the branches that the trees need, in the order of places."""
        trees: list[dict[int, CandidateTree]] = [{} for _ in self._ids]
        for spot in spots:
            trees[spot.row][spot.place] = spot.tree
        return [_row(ids, own) for ids, own in zip(self._ids, trees, strict=True)]

    def values(self, number: int, row: Row, logprobs: torch.Tensor) -> dict[tuple[int, int], tuple[float, ...]]:
        """Log-probabilities of the candidates at each place of a row, from [places + branches, vocabulary]."""
        nodes: dict[int, dict[Path, torch.Tensor]] = {place: {(): logprobs[i]} for i, place in enumerate(row.places)}
        for branch, values in zip(row.branches, logprobs[len(row.places) :], strict=True):
            nodes[branch.place][branch.tokens] = values
        out = {}
        for place, by_node in nodes.items():
            tree = self._spots[number, place].tree
            out[number, place] = tree.combine(
                {node: _picked(by_node[node], tree.children(node)) for node in tree.nodes}
            )
        return out


def _prefix(writer: Writer, prefix: Prompt) -> Written:
    if not isinstance(prefix, str) and writer.form == "text":
        return Written(before_answer(prefix), complete=False)
    return writer.write(prefix)


def _row(ids: Sequence[int], trees: dict[int, CandidateTree]) -> Row:
    places = sorted(trees)
    return Row(ids, places, [Branch(place, node) for place in places for node in trees[place].nodes if node])


def _picked(logprobs: torch.Tensor, tokens: Sequence[int]) -> dict[int, float]:
    return dict(zip(tokens, logprobs[list(tokens)].tolist(), strict=True))
