"""The short way that people look for: a model's name and a text in, a table of nodes out."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from neuronscope.errors import BadInput
from neuronscope.subject import Source, Subject, load_subject, open_source
from neuronscope.trace.metric import Metric, loss
from neuronscope.trace.nouns import TraceOptions
from neuronscope.trace.tracing import trace

if TYPE_CHECKING:
    import pandas as pd

# By the last part of a model's name: the SAEs on its residual stream that are known best, one for each layer.
RESIDUAL_SAES = {
    "gpt2": [f"gpt2-small-res-jb/blocks.{layer}.hook_resid_pre" for layer in range(12)],
}
_log = logging.getLogger(__name__)


def compute_node_attribution(
    model_name: str, text: str, *, metric: Metric | None = None, keep: int = 10_000, device: str = "auto"
) -> pd.DataFrame:
    """The nodes that move the loss of a text's last token, strongest first.

    The columns and their sign are those that people know: ``ie`` above 0 says that the node as it is raises the
    metric; ``effect`` beside it is its negative, as everywhere else here. Over the model's best-known SAEs on the
    residual stream where they can be loaded, else over its MLP neurons, which is logged.

    :raises BadInput: no such model, or pandas is not installed.
    """
    subject = load_subject(model_name, device=device)
    units = _units(subject, model_name)
    return trace(subject, text, metric or loss(), units=units, options=TraceOptions(keep=keep)).to_pandas()


def _units(subject: Subject, model_name: str) -> Source:
    known = RESIDUAL_SAES.get(model_name.rstrip("/").rpartition("/")[2])
    if known is None:
        _log.warning("no SAEs are known for %s: its MLP neurons are traced", subject.info.name)
        return open_source(subject, "mlp")
    try:
        found = [open_source(subject, f"sae:{asked}") for asked in known]
    except BadInput as error:
        _log.warning("SAEs of %s cannot be loaded, so its MLP neurons are traced: %s", subject.info.name, error)
        return open_source(subject, "mlp")
    readers = {layer: reader for source in found for layer, reader in source.readers.items()}
    return replace(found[0], readers=readers)
