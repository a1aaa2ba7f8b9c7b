"""A prompt in, what the model says next out: token after token, by the model as it is and as it is changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from neuronscope.display import Decode
from neuronscope.errors import BadInput
from neuronscope.live.answers import Generated, Step
from neuronscope.live.asks import AskGeneration
from neuronscope.live.changing import Alteration
from neuronscope.live.predicting import Pieces, refuse_infinite
from neuronscope.live.reading import Read
from neuronscope.subject import Subject, decode
from neuronscope.subject.edits import Edit, edited
from neuronscope.subject.forward import new_cache, read_logits

if TYPE_CHECKING:
    import torch

Run = Literal["without", "with"]
_INCOMPLETE = "\N{REPLACEMENT CHARACTER}"


def generate(
    subject: Subject, read: Read, ask: AskGeneration, altered: Alteration, pieces: Pieces, *, limit: int | None
) -> Iterator[Step | Generated]:
    """The steps of the run without changes and, where there are any, of the one with them, by turns.

    :param limit: how many positions the model has.
    :raises BadInput: no room for one token more, or predictions that are no longer finite.
    """
    if limit is not None and len(read.ids) >= limit:
        raise BadInput(f"{subject.info.name} reads {limit:,} tokens and the text has as many: shorten it")
    runs = [_Run(subject, read, ask, (), "without", pieces, limit).steps()]
    if ask.changes:
        runs.append(_Run(subject, read, ask, altered.edits, "with", pieces, limit).steps())
    return (step for steps in zip_longest(*runs) for step in steps if step is not None)


class _Run:
    def __init__(
        self,
        subject: Subject,
        read: Read,
        ask: AskGeneration,
        edits: Sequence[Edit],
        run: Run,
        pieces: Pieces,
        limit: int | None,
    ) -> None:
        self._subject, self._read, self._ask, self._edits = subject, read, ask, edits
        self._run: Run = run
        self._pieces, self._limit = pieces, limit
        self._ids: list[int] = []
        self._logprobs: list[float] = []
        self._text = _Text(decode(subject.tokenizer), read.ids)
        self._told = ""

    def steps(self) -> Iterator[Step | Generated]:
        import torch

        draws = torch.Generator().manual_seed(self._ask.seed)
        cache, new = new_cache(self._subject), list(self._read.ids)
        seen = 0
        reason: Literal["end", "stop", "max_tokens", "context"] | None = None
        while reason is None:
            with edited(self._subject, self._edits) if self._edits else nullcontext() as place:
                if place is not None:
                    place.first = seen
                logits = read_logits(self._subject, torch.tensor([new]), cache=cache, last=True)[0, -1].float().cpu()
            refuse_infinite(logits)
            seen += len(new)
            token = self._draw(logits, draws)
            if token in _ends(self._subject):
                reason, self._told = "end", self._text.readable
                break
            self._ids.append(token)
            self._logprobs.append(float(logits.log_softmax(-1)[token]))
            new, before = [token], len(self._told)
            reason = self._reason(self._text.add(token))
            said = self._told[before:]
            yield Step(self._run, len(self._ids) - 1, self._pieces.texts([token])[0], said, self._logprobs[-1])
        yield Generated(self._run, self._told, self._pieces.texts(self._ids), self._logprobs, reason)

    def _draw(self, logits: torch.Tensor, draws: torch.Generator) -> int:
        import torch

        if self._ask.temperature == 0:
            return int(logits.argmax())
        # The most likely one is at 0, so that no temperature above 0 makes infinite numbers.
        scaled = (logits.double() - logits.max()) / self._ask.temperature
        return int(torch.multinomial(scaled.softmax(-1), 1, generator=draws))

    def _reason(self, text: str) -> Literal["stop", "max_tokens", "context"] | None:
        """Why nothing follows, if so; what can be read by now is in ``_told``, stop texts are not."""
        places = [text.find(stop) for stop in self._ask.stop if stop in text]
        full = len(self._ids) >= self._ask.max_tokens
        out = self._limit is not None and len(self._read.ids) + len(self._ids) >= self._limit
        if places:
            self._told = text[: min(places)]
            return "stop"
        self._told = text if full or out else text[: len(text) - _held_back(text, self._ask.stop)]
        return "max_tokens" if full else "context" if out else None


class _Text:
    """What tokens that come one at a time read as, behind others; a character is there once it is whole."""

    def __init__(self, decoded: Decode, before: Sequence[int]) -> None:
        self._decoded, self._ids = decoded, list(before)
        # Tokens from _first on are decoded, as some decoders treat the first one apart; those before _until are read.
        self._first, self._until = 0, len(before)
        self._settled = self.readable = ""

    def add(self, token: int) -> str:
        """All that can be read by now."""
        self._ids.append(token)
        known = len(self._decoded(self._ids[self._first : self._until]))
        # Of a run of bytes that ends inside a character some decoders make nothing at all, so only what is new counts.
        new = self._decoded(self._ids[self._first :])[known:]
        self.readable = self._settled + new.rstrip(_INCOMPLETE)
        if new and not new.endswith(_INCOMPLETE):
            self._settled, self._first, self._until = self.readable, self._until, len(self._ids)
        return self.readable


def _held_back(text: str, stops: Sequence[str]) -> int:
    """How many characters at the end may be the beginning of a stop text."""
    return max((size for stop in stops for size in range(1, len(stop)) if text.endswith(stop[:size])), default=0)


def _ends(subject: Subject) -> frozenset[int]:
    """The tokens with which the model ends its turn: many that chat end it with another than they end texts with."""
    config = subject.model.generation_config
    said = None if config is None else config.eos_token_id
    ends = list(said) if isinstance(said, (list, tuple)) else [said]
    return frozenset(int(token) for token in (*ends, subject.tokenizer.eos_token_id) if token is not None)
