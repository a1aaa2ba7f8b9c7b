"""Files that the library makes, for the browser's tests: ``dashboards.py FOLDER``."""

import sys
from pathlib import Path

from neuronscope.dashboards import OfflineFeatureDashboard

HOSTILE = [
    "<b>bold</b>",
    "</script><script>alert(1)</script>",
    "\u202eright",
    "\u200b",
    "é",
    "",
    "\x07",
    "&amp;",
    " שלום",
    "\n",
    "{{data}}",
]


def main(folder: Path) -> None:
    numbers = [round(1 - place / 10, 1) for place in range(len(HOSTILE))]
    hostile = {7: [(1.0, HOSTILE, numbers)] * 3, 9: [(1.0, [" a", " dog"], [1.0, -0.5])]}
    names = {7: "<img src=x onerror=alert(1)>", 9: "dogs"}
    OfflineFeatureDashboard(hostile, names=names, title="<i>Hostile</i>").export_html(
        folder / "hostile.html", units=[7, 9]
    )
    words = [f" w{place}" for place in range(64)]
    texts = {
        unit: [(2.0, words, [2.0, *((unit * place) % 17 / 10 for place in range(63))]) for _ in range(10)]
        for unit in range(1000)
    }
    OfflineFeatureDashboard(texts).export_html(folder / "many.html", units=range(1000))


main(Path(sys.argv[1]))
