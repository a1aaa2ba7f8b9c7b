"""units.parquet: the tables of all layers in one file, for DuckDB, Polars and pandas; a row group or more per layer."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from neuronscope.dataset.tables import UnitTable
from neuronscope.errors import BrokenData

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 65_536  # of one row group, at most


def write_units(tables: Iterable[UnitTable]) -> bytes:
    """The bytes of a units.parquet: columns layer, unit and those of ``UnitTable``, in the order of the tables."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out, schema = io.BytesIO(), _schema()
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(pa.table(_columns(table), schema=schema), row_group_size=_ROWS)
    return out.getvalue()


def read_units(data: bytes, where: str) -> pa.Table:
    """The same as an Arrow table.

    :raises BrokenData: not a Parquet file with these columns; ``where`` names it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(pa.BufferReader(data)) as file:  # read_table would import a quarter of a second more
            table = file.read()
        return table.select(_schema().names).cast(_schema())
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise BrokenData(f"{where} is not a table of units that can be read: {error}") from error


def as_arrow(tables: Iterable[UnitTable]) -> pa.Table:
    """Tables of layers as one Arrow table, as ``read_units`` gives it."""
    import pyarrow as pa

    schema = _schema()
    parts = [pa.table(_columns(table), schema=schema) for table in tables]
    return pa.concat_tables(parts) if parts else schema.empty_table()


def _columns(table: UnitTable) -> dict[str, Any]:
    rows = len(table.unit)
    columns: dict[str, Any] = {"layer": [table.layer] * rows}
    for field in dataclasses.fields(table)[1:]:
        column = getattr(table, field.name)
        columns[field.name] = [None] * rows if column is None else column
    return columns


def _schema() -> pa.Schema:
    """Types by those of the noun's columns."""
    import pyarrow as pa

    known = {int: pa.int64(), float: pa.float64(), bool: pa.bool_(), str: pa.string()}
    hints = get_type_hints(UnitTable)
    fields = [pa.field("layer", pa.int64(), nullable=False), pa.field("unit", pa.int64(), nullable=False)]
    for field in dataclasses.fields(UnitTable)[2:]:
        (column, _) = get_args(hints[field.name])  # list[kind | None] | None
        kind = get_args(get_args(column)[0])[0]
        fields.append(pa.field(field.name, known[kind]))
    return pa.schema(fields)
