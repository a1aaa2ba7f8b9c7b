"""What to look at: ``mlp``, ``resid``, ``attn``, ``sae:...`` or ``vectors:FILE`` in, a Source of a subject out."""

from __future__ import annotations

from neuronscope.errors import BadInput
from neuronscope.subject.dense import open_attn, open_mlp, open_resid
from neuronscope.subject.latents import open_sae
from neuronscope.subject.model import Subject
from neuronscope.subject.source import Source
from neuronscope.subject.vectors import open_vectors

_OWN = {"mlp": open_mlp, "resid": open_resid, "attn": open_attn}
_LOADED = {"sae": open_sae, "vectors": open_vectors}


def open_source(subject: Subject, asked: str = "mlp", *, module: str | None = None) -> Source:
    """Make ready to read units of ``subject``; the model runs on one token to learn how many there are.

    * ``mlp``: neurons, what the MLP's output projection reads.
    * ``resid``: the residual stream after the layer.
    * ``attn``: the norm of each attention head's z, so its units are heads.
    * ``sae:RELEASE/ID``, ``sae:PATH``, each with ``@HOOK`` behind it where it does not say itself where it is read:
      latents of an SAE, transcoder or crosscoder. They are computed in float32 whatever the model's dtype, but an SAE
      in a local sae_lens folder in the dtype that its configuration names.
    * ``vectors:FILE``: x . v (+ bias) for each array [unit, d] of a .npz or .safetensors file, which is named after the
      hook point where it is read; ``NAME.bias`` [unit] is optional.

    :param module: for an architecture that is not known: the path, with {layer} for the layer's index, of the MLP's
        output projection (mlp), of the layer (resid), or of the attention's output projection (attn).
    :raises BadInput: no such source, an unknown architecture, or a file that does not fit this model.
    """
    kind, colon, rest = asked.partition(":")
    if not colon and kind in _OWN:
        return _OWN[kind](subject, module)
    if kind not in _LOADED or not rest:
        raise BadInput(f"source {asked!r} is unknown: use mlp, resid, attn, sae:RELEASE/ID, sae:PATH or vectors:FILE")
    if module is not None:
        raise BadInput(f"--module is for mlp, resid and attn; {kind} names where it is read itself")
    return _LOADED[kind](subject, rest)
