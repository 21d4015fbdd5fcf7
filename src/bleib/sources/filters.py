"""Row filters: the conditions of a source on its raw columns."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bleib.settings import Condition, Source
from bleib.sources import values


def holds_all(conditions: list[Condition], table: pa.Table, source: Source) -> np.ndarray:
    """Where all conditions hold, shape (n,) of bool."""
    holds = np.ones(table.num_rows, dtype=bool)
    for condition in conditions:
        for test in _tests(condition, table[condition.column], source):
            holds &= pc.fill_null(test, False).to_numpy() if isinstance(test, pa.ChunkedArray) else test
    return holds


def _tests(condition: Condition, column: pa.ChunkedArray, source: Source) -> list[pa.ChunkedArray | np.ndarray]:
    text = values.as_text(column, source.missing)
    tests: list[pa.ChunkedArray | np.ndarray] = []
    if isinstance(condition.equals, bool):
        truth, _ = values.booleans(column, source.missing)
        tests.append((truth == condition.equals).fillna(False).to_numpy(dtype=bool))
    elif isinstance(condition.equals, str):
        tests.append(pc.equal(text, condition.equals))
    if condition.one_of is not None:
        tests.append(pc.is_in(text, value_set=pa.array(condition.one_of, pa.string())))
    if condition.none_of is not None:
        tests.append(pc.invert(pc.is_in(text, value_set=pa.array(condition.none_of, pa.string()))))
    if condition.filled is not None:
        tests.append(pc.equal(pc.is_valid(text), condition.filled))
    if condition.starts_with is not None:
        tests.append(pc.starts_with(text, condition.starts_with))
    if condition.not_starts_with is not None:
        tests.append(pc.invert(pc.fill_null(pc.starts_with(text, condition.not_starts_with), False)))
    return tests + _number_tests(condition, column, source)


def _number_tests(condition: Condition, column: pa.ChunkedArray, source: Source) -> list[pa.ChunkedArray | np.ndarray]:
    exact = condition.equals if isinstance(condition.equals, float) else None
    if exact is None and condition.above is None and condition.below is None:
        return []
    number = values.numbers(column, source.missing, source.csv)[0].to_numpy()
    tests: list[pa.ChunkedArray | np.ndarray] = []
    if exact is not None:
        tests.append(number == exact)
    if condition.above is not None:
        tests.append(number > condition.above)
    if condition.below is not None:
        tests.append(number < condition.below)
    return tests
