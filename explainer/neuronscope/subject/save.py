"""A Subject in, an ordinary Hugging Face model folder out; also for GGUF files, which then load much faster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from neuronscope.errors import BadInput
from neuronscope.subject.model import Subject


def save_subject(subject: Subject, folder: Path) -> None:
    """Write weights (safetensors, in the dtype the subject was loaded in), configuration and tokenizer to ``folder``.

    The transformers library refuses to save a model that came from a GGUF file, since it was quantised; here the
    dequantised weights are written, and the configuration without its ``quantization_config``.

    :raises BadInput: ``folder`` exists and holds anything.
    """
    from safetensors.torch import save_file

    if folder.exists() and any(folder.iterdir()):
        raise BadInput(f"{folder} is not empty: choose a new folder for the model")
    folder.mkdir(parents=True, exist_ok=True)
    model = subject.model
    tied = set(model.all_tied_weights_keys)
    weights = {
        name: value.detach().cpu().contiguous() for name, value in model.state_dict().items() if name not in tied
    }
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    config: dict[str, Any] = model.config.to_dict()
    config.pop("quantization_config", None)
    config["architectures"] = [type(model).__name__]
    type(model.config).from_dict(config).save_pretrained(folder)
    subject.tokenizer.save_pretrained(folder)
