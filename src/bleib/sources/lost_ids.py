"""Ids of which the last digits are lost: stored as floats, or rounded by a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from bleib.errors import Fault
from bleib.settings import Source
from bleib.sources import values
from bleib.sources.counts import EXAMPLES, Mark
from bleib.sources.faults import fatal
from bleib.sources.reading.rows import Raw
from bleib.tables import CANONICAL


def lost_ids(source: Source, raw: Raw) -> dict[str, Mark]:
    """Ids that were stored as floats beyond 2^53, or rounded by a spreadsheet, by raw column."""
    table = CANONICAL[source.table]
    return lost_in(raw, {source.columns[name] for name in source.columns if table.column(name).kind == "id"})


def lost_in(raw: Raw, names: Iterable[str]) -> dict[str, Mark]:
    """Such ids in the raw columns ``names``."""
    lost = {name: np.flatnonzero(values.lost_digits(raw.table[name])) for name in sorted(names)}
    return {name: _lost(raw, name, rows) for name, rows in lost.items() if len(rows)}


def _lost(raw: Raw, name: str, positions: np.ndarray) -> Mark:
    values = [raw.table[name][int(k)].as_py() for k in positions[:EXAMPLES]]
    shown = [f"{value:.0f}" if isinstance(value, float) else str(value) for value in values]
    return Mark(len(positions), tuple(zip(raw.row[positions].tolist(), shown, strict=False)))


def lost_id_faults(source: Source, files: tuple[str, ...], lost: Mapping[str, Mark]) -> list[Fault]:
    """The faults of lost ids."""
    return [
        fatal(
            source.table,
            ", ".join(files[:3]),
            "ids stored as floating point numbers beyond 2^53, or written as 1,23E+15: their last digits are lost",
            "ids as text or whole numbers",
            "Export the column as text; in a spreadsheet, format it as text before the numbers are entered.",
            column=name,
            rows=mark.rows,
            examples=[text for _, text in mark.examples],
        )
        for name, mark in lost.items()
    ]
