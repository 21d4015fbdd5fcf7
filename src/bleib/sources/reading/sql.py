"""Rows of a SQL query as a raw table, over any SQLAlchemy URL."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from bleib.sources.faults import SourceError, fatal
from bleib.sources.reading.rows import BLOCK_ROWS, Raw, one_file

# Also without braces: ${…} in params.yaml means something to DVC when it sets parameters (dvc exp run -S).
VARIABLE = re.compile(r"\$(\{)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?(1)\})")


def query_blocks(url: str, query: str, table: str = "", environment: Mapping[str, str] | None = None) -> Iterator[Raw]:
    """The rows of the query, so many at a time; at least one block."""
    import sqlalchemy
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

    full = expand(url, os.environ if environment is None else environment, table)
    try:
        address = sqlalchemy.make_url(full)
    except ArgumentError as error:
        raise SourceError(
            _fault(table, "url", "not a database URL", "Write it as postgresql+psycopg://user:$PASSWORD@host/db.")
        ) from error
    name = _name(address.render_as_string(hide_password=True), query)
    if gone := _missing_file(address):
        remedy = "Correct the path in url:; it is relative to params.yaml, an absolute one has four slashes."
        raise SourceError(_fault(table, name, f"there is no file {gone}", remedy))
    try:
        before = 0
        for rows in _fetch(address, query):
            yield one_file(name, rows, before=before)
            before += rows.num_rows
    except (NoSuchModuleError, ImportError) as error:
        raise SourceError(
            _fault(table, name, str(error), "Install the driver that the URL names, e.g. psycopg.")
        ) from error
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise SourceError(
            _fault(table, name, cause, "Check url: and query:; the query must run as this user.")
        ) from error


def expand(url: str, environment: Mapping[str, str], table: str = "") -> str:
    """The URL with $NAME or ${NAME} from the environment; SourceError names every variable that is not set."""
    unset = [found["name"] for found in VARIABLE.finditer(url) if found["name"] not in environment]
    if unset:
        names = ", ".join(unset)
        remedy = f"Set {names} before the run; a $ of the URL itself is written %24."
        raise SourceError(_fault(table, "url", f"environment variable {names} is not set", remedy))
    return VARIABLE.sub(lambda found: environment[found["name"]], url)


def _missing_file(address: Any) -> str:
    """The file of a SQLite address where it is not there, which SQLite would make, empty; else nothing."""
    file = address.database or ""
    is_file = address.get_backend_name() == "sqlite" and file and not file.startswith((":", "file:"))
    return file if is_file and not Path(file).exists() else ""


def _fetch(address: Any, query: str) -> Iterator[pa.Table]:
    import sqlalchemy

    engine = sqlalchemy.create_engine(address)
    try:
        with engine.connect().execution_options(stream_results=True) as connection:
            result = connection.execute(sqlalchemy.text(query))
            names = list(result.keys())
            found = False
            for batch in result.partitions(BLOCK_ROWS):
                found = True
                columns = zip(*batch, strict=True)
                yield pa.table({name: _array(list(values)) for name, values in zip(names, columns, strict=True)})
            if not found:
                yield pa.table({name: _array([]) for name in names})
    finally:
        engine.dispose()


def _array(values: list[Any]) -> pa.Array:
    """A typed column where all values are of one type, else text (SQLite mixes types in a column)."""
    if any(isinstance(value, datetime) and value.tzinfo for value in values):
        return _instants(values)
    try:
        found = pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([None if value is None else str(value) for value in values], pa.string())
    plain = not (pa.types.is_nested(found.type) or pa.types.is_binary(found.type) or pa.types.is_null(found.type))
    return found if plain else pa.array([None if value is None else str(value) for value in values], pa.string())


def _instants(values: list[Any]) -> pa.Array:
    """Times with offset as UTC, converted here: pyarrow was seen to drop the offset of a zone after unrelated calls."""
    utc = [None if value is None else value.astimezone(UTC).replace(tzinfo=None) for value in values]
    return pa.array(utc, pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC"))


def _name(address: str, query: str) -> str:
    return f"{address}: {' '.join(query.split())[:80]}"


def _fault(table: str, name: str, reason: str, remedy: str) -> Any:
    return fatal(table, name, reason, "rows of a query", remedy)
