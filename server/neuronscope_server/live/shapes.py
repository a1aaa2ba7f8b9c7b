"""What is sent to the routes of a live model: the library's asks, and which dataset they are about."""

from __future__ import annotations

from dataclasses import dataclass

from neuronscope.live.asks import AskActivations, AskGeneration, AskPredictions, AskTopUnits, Prompt


@dataclass(frozen=True, kw_only=True)
class GivenActivations(AskActivations):
    """As the library's ask; ``dataset`` is one that the model fits, the first such unless it is given."""

    dataset: str | None = None


@dataclass(frozen=True, kw_only=True)
class GivenTopUnits(AskTopUnits):
    """As the library's ask; ``dataset`` as in GivenActivations."""

    dataset: str | None = None


@dataclass(frozen=True, kw_only=True)
class GivenPredictions(AskPredictions):
    """As the library's ask; ``dataset`` as in GivenActivations."""

    dataset: str | None = None


@dataclass(frozen=True, kw_only=True)
class GivenGeneration(AskGeneration):
    """As the library's ask; ``dataset`` as in GivenActivations. Without ``stream`` one object comes at the end."""

    dataset: str | None = None
    stream: bool = True


@dataclass(frozen=True, kw_only=True)
class GivenPrompt(Prompt):
    """A prompt to be cut into tokens; ``dataset`` as in GivenActivations."""

    dataset: str | None = None
