"""One model at a time: the libraries that load them change settings of the whole process meanwhile.

Two that are loaded in two threads at once can end up with each other's dtype, or without weights.
"""

from __future__ import annotations

import threading

# Held by whoever loads a model.
LOADING = threading.Lock()
