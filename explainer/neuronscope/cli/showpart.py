"""One stored file of a dataset, named as its part and place: a dataset and a name in, JSON out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from neuronscope import codec
from neuronscope.dataset import layout
from neuronscope.errors import BadInput, BrokenData

if TYPE_CHECKING:
    from neuronscope.dataset import Dataset

# Files beside the parts, as --part names them.
_WHOLE = {
    "lists": layout.LISTS,
    "puzzles": layout.PUZZLES,
    "puzzle-results": layout.PUZZLE_RESULTS,
    "traces": layout.TRACE_LIST,
}
_MATCHES = re.compile(rf"{layout.MATCHES}/[a-z0-9][a-z0-9._-]*/(0|[1-9][0-9]{{0,8}})")
_TABLE = re.compile(r"units/(0|[1-9][0-9]{0,8})")


def part_of(dataset: Dataset, part: str, unit: tuple[int, int] | None) -> Any:
    """What a part says of a unit or, without one, a file of the dataset's own.

    :raises BadInput: no such part, or not of this unit; the sentence says what there is.
    :raises BrokenData: the file cannot be read.
    """
    data = _of_unit(dataset, part, *unit) if unit else _of_dataset(dataset, part)
    if data is None:
        of = f"{unit[0]}:{unit[1]} of {dataset.name}" if unit else dataset.name
        raise BadInput(f"{of} has no {part}{_known(dataset)}")
    try:
        return codec.loads(data, layout.PART_NOUN[part] if unit else dict[str, Any])
    except BrokenData as error:
        raise BrokenData(f"{dataset.name}/{part}: {error}") from error


def _of_unit(dataset: Dataset, part: str, layer: int, unit: int) -> bytes | None:
    if part not in layout.PARTS:
        raise BadInput(f"there is no part {part[:80]!r} of a unit; there are {', '.join(layout.PARTS)}")
    return dataset.read(part, layer, unit)


def _of_dataset(dataset: Dataset, part: str) -> bytes | None:
    if part == layout.REPORTS:
        from neuronscope.explain.report.reading import run_reports

        runs = run_reports(dataset)
        return codec.dumps({"runs": runs}) if runs else None
    table = _TABLE.fullmatch(part)
    path = layout.units_path(int(table[1])) if table else _WHOLE.get(part) or _report(dataset, part) or _trace(part)
    if _MATCHES.fullmatch(part):
        path = f"{part}.json"
    if path is None:
        named = ", ".join((*_WHOLE, layout.REPORTS, "reports/RUN", "traces/ID", "units/LAYER", "matches/DATASET/LAYER"))
        raise BadInput(f"there is no {part[:80]!r} of a whole dataset; there are {named}, and parts of a unit")
    return dataset.file(path)


def _report(dataset: Dataset, part: str) -> str | None:
    """The path of a run's report, where it is one of the dataset's."""
    from neuronscope.dataset.runs import report_path, run_names

    folder, _, run = part.partition("/")
    return report_path(run) if folder == layout.REPORTS and run in run_names(dataset) else None


def _trace(part: str) -> str | None:
    folder, _, id_ = part.partition("/")
    return layout.trace_path(id_) if folder == layout.TRACES and layout.is_trace_id(id_) else None


def _known(dataset: Dataset) -> str:
    return f"; it has {', '.join(part for part in layout.PARTS if dataset.has(part))}"
