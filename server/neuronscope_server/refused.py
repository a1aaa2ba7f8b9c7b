"""Why a request is not answered: a status and a sentence, raised where it is known and answered in one place.

No web framework is needed to raise it: what publishes a dataset, or compares units in a terminal, does without one.
"""

from __future__ import annotations

from collections.abc import Mapping

from neuronscope.errors import BrokenData, NeuronscopeError

CHECK = "`neuronscope check`"


class Refused(Exception):
    """Answer with ``status`` and this sentence; ``retry_after`` in seconds, where trying again may help."""

    def __init__(
        self, status: int, detail: str, *, retry_after: int | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {}) | ({} if retry_after is None else {"Retry-After": str(retry_after)})


def sentence(error: NeuronscopeError) -> str:
    """What the error says; of broken data also what to do."""
    said = str(error)
    if not isinstance(error, BrokenData) or CHECK in said:
        return said
    return f"{said.removesuffix('.')}. Run {CHECK} on the dataset to see everything that is wrong with it."
