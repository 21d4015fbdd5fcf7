"""Parquet files, with the types that they have."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from bleib.sources.reading import rows
from bleib.sources.reading.raw_file import RawFile
from bleib.sources.reading.rows import Raw, one_file


def parquet_blocks(file: RawFile) -> Iterator[Raw]:
    """Its rows, so many at a time; at least one block. SourceError where it cannot be read."""
    try:
        with pq.ParquetFile(file.path) as opened:
            before, schema = 0, _plain_schema(opened.schema_arrow)
            for batch in opened.iter_batches(rows.BLOCK_ROWS):
                yield one_file(file.name, pa.Table.from_batches([batch]).cast(schema), before=before)
                before += batch.num_rows
            if not before:
                yield one_file(file.name, schema.empty_table())
    except (pa.ArrowInvalid, OSError) as error:
        raise file.error(f"not readable as Parquet: {error}", "a Parquet file", "Export it again.") from error


def _plain_schema(schema: pa.Schema) -> pa.Schema:
    """Views of texts and bytes as plain ones, which all functions of Arrow take."""
    return pa.schema([_plain_field(field) for field in schema])


def _plain_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_binary_view(kind):
        return pa.binary()
    if pa.types.is_map(kind):
        return pa.map_(_plain_type(kind.key_type), _plain_type(kind.item_type))
    if pa.types.is_struct(kind):
        return pa.struct([_plain_field(field) for field in kind])
    if pa.types.is_fixed_size_list(kind):
        return pa.list_(_plain_field(kind.value_field), kind.list_size)
    if pa.types.is_list(kind):
        return pa.list_(_plain_field(kind.value_field))
    if pa.types.is_large_list(kind):
        return pa.large_list(_plain_field(kind.value_field))
    return kind


def _plain_field(field: pa.Field) -> pa.Field:
    return field.with_type(_plain_type(field.type))
