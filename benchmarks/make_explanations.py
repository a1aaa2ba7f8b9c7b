"""A dataset of many made-up explanations, one a unit, without records: what search needs, in half a minute.

The texts are those of ``search_explanations.py``; every unit has a peak token too. The same for the same arguments.

    .venv/bin/python benchmarks/make_explanations.py OUT [--explanations 300000]
"""

from __future__ import annotations

import argparse
from itertools import groupby
from pathlib import Path

from make_units import TOKENS
from search_explanations import explanations, vocabulary

from neuronscope import codec
from neuronscope.dataset import DatasetWriter
from neuronscope.dataset.layout import EXPLANATIONS, UNITS, units_path
from neuronscope.dataset.manifest import LayerInfo, Manifest, ModelInfo, SourceInfo
from neuronscope.dataset.search.entries import Explained
from neuronscope.dataset.tables import UnitTable
from neuronscope.dataset.unitsparquet import write_units
from neuronscope.records import NeuronId, NeuronSimulationResults, ScoredExplanation, ScoredSimulation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--explanations", type=int, default=300_000)
    given = parser.parse_args()
    found = explanations(vocabulary(), given.explanations)
    with DatasetWriter(given.out) as writer:
        tables = [written(writer, layer, list(group)) for layer, group in groupby(found, lambda one: one.layer)]
        writer.add_file(UNITS, write_units(tables))
        infos = [LayerInfo(table.layer, len(table.unit), table.unit) for table in tables]
        title = f"{given.explanations:,} made-up explanations"
        writer.finish(Manifest("explained", title, ModelInfo("none", layers=len(tables)), SourceInfo("mlp"), infos))


def written(writer: DatasetWriter, layer: int, found: list[Explained]) -> UnitTable:
    """A layer's explanations and its table, of the first explanation of each unit."""
    units = [(unit, list(group)) for unit, group in groupby(found, lambda one: one.unit)]
    writer.add_layer(EXPLANATIONS, layer, [(unit, codec.dumps(results(of))) for unit, of in units])
    first = [of[0] for _, of in units]
    table = UnitTable(
        layer,
        [unit for unit, _ in units],
        max=[one.max for one in first],
        density=[None] * len(units),
        peak_token=[TOKENS[unit % len(TOKENS)] for unit, _ in units],
        explanation=[one.text for one in first],
        author=[one.author for one in first],
        score=[one.score for one in first],
    )
    writer.add_file(units_path(layer), codec.dumps(table))
    return table


def results(found: list[Explained]) -> NeuronSimulationResults:
    """One unit's file."""
    scored = [
        ScoredExplanation(one.text, None if one.score is None else ScoredSimulation([], one.score), one.author)
        for one in found
    ]
    return NeuronSimulationResults(NeuronId(found[0].layer, found[0].unit), scored)


if __name__ == "__main__":
    main()
