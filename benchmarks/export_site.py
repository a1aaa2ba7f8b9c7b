"""How long a dataset of 46,080 units takes to become a packed static site, beside copying it: prints one table.

    python benchmarks/export_site.py

Records of the usual size in 30 layers, tables of all units, no other parts. Copying is `cp -r` and then `sync` of the
target, since the export too forces every file to the disk. Both take turns, of which the first does not count: it
writes where nothing was, and Python compiles its modules in it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from make_units import write_dataset
from read_record import a_record

from neuronscope import codec
from neuronscope.dataset import change_dataset
from neuronscope.dataset.layout import RECORDS

LAYERS, UNITS = 30, 1536
TURNS = 5
MOST_FILES, MOST_RATIO = 400, 1.5


def write(root: Path) -> None:
    """The tables of made-up units, and every layer's records: the same ones in each, which nobody compares."""
    write_dataset(root, units=LAYERS * UNITS, layers=LAYERS)
    choose = random.Random(0)
    files = [(unit, codec.dumps(a_record(unit, choose))) for unit in range(UNITS)]
    with change_dataset(root) as change:
        for layer in range(LAYERS):
            change.add_layer(RECORDS, layer, files)
        change.finish()


def anew(made: Path, *commands: list[str]) -> float:
    """How long some commands take that make ``made``, which is removed right before.

    A virtual machine gives memory that lies idle back within seconds, and who writes next waits for it page by page:
    both write to what has just been left.
    """
    shutil.rmtree(made, ignore_errors=True)
    os.sync()
    return seconds(*commands)


def seconds(*commands: list[str]) -> float:
    """How long some commands take."""
    begin = time.perf_counter()
    for command in commands:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        dataset, copy, site = (Path(folder) / name for name in ("many", "copy", "site"))
        write(dataset)
        export = [sys.executable, "-m", "neuronscope", "export", "site", str(dataset), "--out", str(site), "--json"]
        times: dict[str, list[float]] = {"copying": [], "exporting": [], "again, nothing changed": []}
        for _ in range(TURNS):
            times["copying"].append(anew(copy, ["cp", "-r", str(dataset), str(copy)], ["sync", "-f", str(copy)]))
            times["exporting"].append(anew(site, export))
            times["again, nothing changed"].append(seconds(export))
        told = json.loads(subprocess.run(export, check=True, capture_output=True).stdout)
        ratio = statistics.median(b / a for a, b in list(zip(times["copying"], times["exporting"], strict=True))[1:])
    print(f"{LAYERS * UNITS:,} units, {told['bytes'] / 1e9:.2f} GB\n")
    print("| what | seconds, each turn |\n| --- | --- |")
    for name, all_of_them in times.items():
        print(f"| {name} | {', '.join(f'{one:.1f}' for one in all_of_them)} |")
    print(f"\nexporting takes {ratio:.2f} times as long as copying (median; aim {MOST_RATIO})")
    print(f"{told['files']} files (aim {MOST_FILES})")
    if ratio > MOST_RATIO or told["files"] > MOST_FILES:
        sys.exit("an aim is missed")


if __name__ == "__main__":
    main()
