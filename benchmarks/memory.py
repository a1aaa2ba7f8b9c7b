"""How much memory a benchmark takes; for the scripts beside it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

_STATUS = Path("/proc/self/status")


class Memory:
    """The most anonymous memory that this process had since ``peak`` was last set, looked at twenty times a second."""

    def __init__(self) -> None:
        self.peak = 0
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            owned = next(line for line in _STATUS.read_text().splitlines() if line.startswith("RssAnon"))
            self.peak = max(self.peak, int(owned.split()[1]) * 1024)
            time.sleep(0.05)
