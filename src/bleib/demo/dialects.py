"""How the systems of the company write times, numbers and files. The bytes depend on the content only."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from bleib.demo.parameters import TIME_ZONE
from bleib.files import replacing


def _text(times: pa.Array, pattern: str) -> pd.Series:
    return pc.strftime(times, format=pattern).to_pandas()


def german_minute(times: pd.Series) -> pd.Series:
    """``31.12.2025 18:05``."""
    return _text(pa.array(times), "%d.%m.%Y %H:%M")


def day(times: pd.Series) -> pd.Series:
    """``31.12.2025``."""
    return _text(pa.array(times), "%d.%m.%Y")


def iso_day(times: pd.Series) -> pd.Series:
    """``2025-12-31``."""
    return _text(pa.array(times), "%Y-%m-%d")


def iso_second(times: pd.Series) -> pd.Series:
    """``2025-12-31 18:05:09``."""
    return _text(pa.array(times), "%Y-%m-%d %H:%M:%S")


def iso_offset(times: pd.Series) -> pd.Series:
    """UTC times as local time with offset: ``2025-12-31T18:05:09+0100``."""
    instants = pc.assume_timezone(pa.array(times.dt.tz_convert(None).to_numpy()), "UTC")
    return _text(instants.cast(pa.timestamp("s", TIME_ZONE), safe=False), "%Y-%m-%dT%H:%M:%S%z")


def labels(prefix: str, numbers: np.ndarray) -> np.ndarray:
    """``B00000042``."""
    return np.char.add(prefix, np.char.zfill(numbers.astype(str), 8))


def write_csv(
    path: Path, frame: pd.DataFrame, delimiter: str = ",", decimal: str = ".", encoding: str = "utf-8"
) -> None:
    """Write a CSV file."""
    fractions = (
        {} if decimal == "." else {str(name): _fraction(frame[name], decimal) for name in frame.select_dtypes("float")}
    )
    text = frame.assign(**fractions).to_csv(index=False, sep=delimiter, lineterminator="\r\n")
    with replacing(path) as fresh:
        fresh.write_bytes(text.encode(encoding))


def _fraction(values: pd.Series, decimal: str) -> pd.Series:
    # pandas writes a decimal comma value by value in Python, which takes a fifth of the time of all exports.
    text = pc.cast(pa.array(values.to_numpy(), from_pandas=True), pa.string())
    return pc.replace_substring(text, ".", decimal).to_pandas()


def write_gzip_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a gzipped CSV file without the time of day in its header."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as packed:
        packed.write(frame.to_csv(index=False, lineterminator="\n").encode("utf-8"))
    with replacing(path) as fresh:
        fresh.write_bytes(buffer.getvalue())


def write_parquet(path: Path, frame: pd.DataFrame) -> None:
    """Write a Parquet file with plain text columns, as an app server would."""
    coded = [name for name, dtype in frame.dtypes.items() if isinstance(dtype, pd.CategoricalDtype)]
    with replacing(path) as fresh:
        frame.astype(dict.fromkeys(coded, "str")).to_parquet(fresh, index=False, compression="snappy")
