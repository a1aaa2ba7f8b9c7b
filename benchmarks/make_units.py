"""A dataset of many made-up units, without records: what tables and plots of all units need, in a few seconds.

Statistics are skewed as those of neurons are; some are not defined, some units never fire, three in four are explained.
The same numbers for the same arguments.

    .venv/bin/python benchmarks/make_units.py OUT [--units 300000] [--layers 60]
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from neuronscope import codec
from neuronscope.dataset import DatasetWriter
from neuronscope.dataset.layout import UNITS, units_path
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.dataset.tables import UnitTable
from neuronscope.dataset.unitsparquet import write_units

SUBJECTS = ["words", "names", "numbers", "verbs", "dates", "places", "ends of sentences", "quotations"]
OF = ["time", "weather", "ships", "music", "law", "cooking", "rivers", "games", "money", "plants", "cities", "trains"]
HOW = ["", " in lists", " after a comma", " at the start of a line", " in dialogue", " in headlines"]
TOKENS = [" the", " of", "ing", "\n", " 1", "=", "-", " ship", "é", " said", ",", '"', " river", "ly"]
SEQUENCES = 20_000
DEAD, UNDEFINED, EXPLAINED, SCORED = 0.02, 0.01, 0.75, 0.9  # shares of units


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--units", type=int, default=300_000)
    parser.add_argument("--layers", type=int, default=60)
    given = parser.parse_args()
    write_dataset(given.out, units=given.units, layers=given.layers)


def write_dataset(root: Path, *, units: int = 300_000, layers: int = 60, name: str = "many") -> None:
    """Units spread evenly over the layers, the last taking what is left over."""
    chance = np.random.default_rng(0)
    sizes = [len(part) for part in np.array_split(np.empty(units, np.int8), layers)]
    tables = [made_up(layer, size, chance) for layer, size in enumerate(sizes)]
    with DatasetWriter(root) as writer:
        for table in tables:
            writer.add_file(units_path(table.layer), codec.dumps(table))
        writer.add_file(UNITS, write_units(tables))
        infos = [LayerInfo(layer, size) for layer, size in enumerate(sizes)]
        title = f"{units:,} made-up units"
        writer.finish(Manifest(name, title, ModelInfo("none", layers=layers), SourceInfo("mlp"), infos))


def made_up(layer: int, units: int, chance: np.random.Generator) -> UnitTable:
    """One layer; later layers are sparser and more peaked."""
    depth = layer / 60
    dead = chance.random(units) < DEAD
    density = np.clip(chance.lognormal(-2 - 3 * depth, 1.2, units), 5e-5, 1)
    maximum = chance.lognormal(1 + depth, 0.6, units)
    columns: dict[str, Any] = {
        "max": maximum,
        "min": -chance.lognormal(-1.5, 0.4, units),
        "mean": maximum * density * chance.normal(0.3, 0.1, units),
        "variance": maximum**2 * density / 4,
        "skewness": chance.gamma(2, 2 + 2 * depth, units) - 0.5,
        "kurtosis": chance.lognormal(2 + depth, 1, units),
    }
    missing = dead | (chance.random(units) < UNDEFINED)
    fired = np.minimum(SEQUENCES, density * SEQUENCES * chance.uniform(1, 8, units)).astype(int)
    return UnitTable(
        layer,
        list(range(units)),
        **{
            name: _column(values, missing if name in ("skewness", "kurtosis") else dead)
            for name, values in columns.items()
        },
        density=np.where(dead, 0, density).tolist(),
        dead=dead.tolist(),
        sequences_fired=np.where(dead, 0, fired).tolist(),
        peak_token=[
            None if silent else TOKENS[i] for i, silent in zip(_drawn(TOKENS, units, chance), dead, strict=True)
        ],
        **_said(units, dead, chance),
    )


def _said(units: int, dead: np.ndarray, chance: np.random.Generator) -> dict[str, list[Any]]:
    """Explanations, and scores with their intervals."""
    silent = dead | (chance.random(units) > EXPLAINED)
    parts = zip(_drawn(SUBJECTS, units, chance), _drawn(OF, units, chance), _drawn(HOW, units, chance), strict=True)
    texts = [f"{SUBJECTS[a]} of {OF[b]}{HOW[c]}" for a, b, c in parts]
    score, half = chance.beta(2, 5, units), chance.uniform(0.03, 0.2, units)
    unscored = silent | (chance.random(units) > SCORED)
    return {
        "explanation": [None if nothing else text for text, nothing in zip(texts, silent, strict=True)],
        "author": [None if nothing else "made up" for nothing in silent],
        "score": _column(score, unscored),
        "score_low": _column(score - half, unscored),
        "score_high": _column(score + half, unscored),
        "reliable": [None if nothing else bool(width < 0.15) for width, nothing in zip(half, unscored, strict=True)],
        "explanations": (~silent).astype(int).tolist(),
    }


def _drawn(things: list[str], count: int, chance: np.random.Generator) -> list[int]:
    drawn: list[int] = chance.integers(0, len(things), count).tolist()
    return drawn


def _column(values: np.ndarray, missing: np.ndarray) -> list[float | None]:
    return [None if nothing else value for value, nothing in zip(values.tolist(), missing.tolist(), strict=True)]


if __name__ == "__main__":
    main()
