"""Raw values as text, identifiers, numbers and booleans. What cannot be read is reported, never guessed."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bleib.settings import Csv

EXACT = 2.0**53  # whole numbers beyond it are rounded in a float: such an id is lost already
EXACT_BY_BITS = {16: 2.0**11, 32: 2.0**24, 64: EXACT}
TRUE = ("true", "t", "yes", "y", "1", "ja", "j", "wahr", "x")
FALSE = ("false", "f", "no", "n", "0", "nein", "falsch")
CURRENCY = r"^(?:EUR|USD|GBP|CHF|[€$£])\s*|\s*(?:EUR|USD|GBP|CHF|[€$£])$"
ROUNDED = r"^[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+$"  # as spreadsheets write long numbers
LONG_FLOAT = r"^[0-9]{16,}[.,]0+$"  # as programs write whole floats that are too short for an exponent
BYTES = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
PLAIN_NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"


def as_text(column: pa.ChunkedArray, missing: list[str]) -> pa.ChunkedArray:
    """Trimmed text; empty and ``missing`` texts become null; whole floats lose their ``.0``; lists become JSON."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_nested(column.type):
        column = _json(column)
    if any(is_bytes(column.type) for is_bytes in BYTES):
        column = _readable(column)
    text = _float_text(column) if pa.types.is_floating(column.type) else column.cast(pa.string())
    trimmed = pc.utf8_trim_whitespace(text)
    none = pc.is_in(trimmed, value_set=pa.array(["", *missing], pa.string()))
    return pc.if_else(none, pa.scalar(None, pa.string()), trimmed)


def unnested(table: pa.Table) -> pa.Table:
    """The table with its lists and structs as JSON, so that rows can be compared."""
    for k, field in enumerate(table.schema):
        if pa.types.is_nested(field.type):
            table = table.set_column(k, field.name, _json(table.column(k)))
    return table


def to_pandas(text: pa.Array | pa.ChunkedArray) -> pd.Series:
    """Text as a pandas series of dtype ``str``, shape (n,)."""
    return text.cast(pa.large_string()).to_pandas().astype("str")


def texts(column: pa.ChunkedArray, missing: list[str]) -> pd.Series:
    """Text, shape (n,)."""
    return to_pandas(as_text(column, missing))


def ids(column: pa.ChunkedArray, missing: list[str]) -> pd.Series:
    """Identifiers as text, shape (n,); accents in one form (NFC), so that ``ü`` from two systems is the same ``ü``."""
    text = as_text(column, missing)
    found = to_pandas(text)
    accented = ~pc.fill_null(pc.string_is_ascii(text), True).to_numpy()
    if accented.any():  # pyarrow's own utf8_normalize decomposes where NFC is asked for
        found[accented] = found[accented].str.normalize("NFC")
    return found


def lost_digits(column: pa.ChunkedArray) -> pd.Series:
    """Where an identifier was stored as a float too large to be exact, or written as one (1,23E+15), shape (n,)."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type):
        exact = EXACT_BY_BITS[column.type.bit_width]
        return pd.Series(np.abs(column.cast(pa.float64()).to_numpy()) >= exact)
    if is_number(column.type) or pa.types.is_temporal(column.type):
        return pd.Series(np.zeros(len(column), dtype=bool))
    text = as_text(column, [])
    rounded = pc.fill_null(pc.match_substring_regex(text, ROUNDED), False).to_numpy()
    return pd.Series(rounded | _floats_beyond(text))


def _floats_beyond(text: pa.ChunkedArray) -> np.ndarray:
    """Where texts are whole numbers beyond EXACT that were written as floats, shape (n,)."""
    found = pc.fill_null(pc.match_substring_regex(text, LONG_FLOAT), False).to_numpy()
    whole = pc.replace_substring_regex(text.filter(pa.array(found)), r"[.,]0+$", "")
    found[found] = whole.cast(pa.float64()).to_numpy() >= EXACT
    return found


def numbers(column: pa.ChunkedArray, missing: list[str], dialect: Csv) -> tuple[pd.Series, np.ndarray]:
    """Numbers as float64 and the mask of unreadable values, both of shape (n,)."""
    if is_number(column.type):
        values = column.cast(pa.float64()).to_numpy().astype("float64")
        return pd.Series(values), np.isinf(values)
    text = _plain(as_text(column, missing), dialect)
    readable = pc.match_substring_regex(text, PLAIN_NUMBER)
    values = pc.if_else(readable, text, pa.scalar(None, pa.string())).cast(pa.float64())
    bad = pc.fill_null(pc.invert(readable), False).to_numpy()
    return pd.Series(values.to_numpy().astype("float64")), bad


def booleans(column: pa.ChunkedArray, missing: list[str]) -> tuple[pd.Series, np.ndarray]:
    """Booleans (pandas ``boolean``) and the mask of unreadable values, both of shape (n,)."""
    text = pc.utf8_lower(as_text(column, missing))
    yes = pc.is_in(text, value_set=pa.array(TRUE))
    known = pc.or_(yes, pc.is_in(text, value_set=pa.array(FALSE)))
    values = pd.Series(yes.to_numpy()).astype("boolean").mask(~known.to_numpy())
    return values, pc.and_(pc.is_valid(text), pc.invert(known)).to_numpy()


def is_number(kind: pa.DataType) -> bool:
    """Whether values of this type are numbers already."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _readable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Bytes as text, with an escape such as ``\\xff`` for what is none."""
    found = [None if value is None else value.decode("utf-8", "backslashreplace") for value in column.to_pylist()]
    return pa.chunked_array([pa.array(found, pa.string())])


def _json(column: pa.ChunkedArray) -> pa.ChunkedArray:
    found = [
        None if value is None else json.dumps(value, default=str, ensure_ascii=False) for value in column.to_pylist()
    ]
    return pa.chunked_array([pa.array(found, pa.string())])


def _float_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    column = column.cast(pa.float64())
    whole = pc.and_(pc.equal(pc.floor(column), column), pc.less(pc.abs(column), EXACT))
    digits = pc.if_else(whole, column, pa.scalar(None, pa.float64())).cast(pa.int64()).cast(pa.string())
    other = pc.if_else(pc.is_nan(column), pa.scalar(None, pa.string()), column.cast(pa.string()))
    return pc.coalesce(digits, other)


def _plain(text: pa.ChunkedArray, dialect: Csv) -> pa.ChunkedArray:
    """Numbers as Python writes them. Thousands signs must stand where they belong: 1,5 is not fifteen."""
    text = pc.replace_substring_regex(text, CURRENCY, "")
    text = pc.replace_substring_regex(text, r"^(.*[0-9])-$", r"-\1")  # SAP writes the minus behind
    if dialect.thousands:
        sign, point = _escaped(dialect.thousands), _escaped(dialect.decimal)
        grouped = pc.match_substring_regex(text, f"^[+-]?[0-9]{{1,3}}(?:{sign}[0-9]{{3}})+(?:{point}[0-9]*)?$")
        text = pc.if_else(grouped, pc.replace_substring(text, dialect.thousands, ""), text)
    if dialect.decimal == ".":
        return text
    marked = pc.replace_substring(text, ".", "?")  # a point is no decimal sign here
    return pc.replace_substring(marked, dialect.decimal, ".")


def _escaped(sign: str) -> str:
    return "".join(f"\\x{{{ord(letter):x}}}" for letter in sign)
