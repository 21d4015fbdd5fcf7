"""The raw columns that a source looks at."""

from __future__ import annotations

from bleib.settings import Source
from bleib.tables import CANONICAL


def raw_columns(source: Source) -> dict[str, str]:
    """The raw columns, each with a canonical column that it fills; empty for those that only conditions look at."""
    found: dict[str, str] = {}
    for name, raw in source.columns.items():
        found.setdefault(raw, name)
    for name, factors in source.products.items():
        found |= {raw: name for raw in factors if raw not in found}
    if source.kind:
        found.setdefault(source.kind.column, "kind")
    if source.changed_at:
        found.setdefault(source.changed_at, "known_at")
    return found | {condition.column: "" for condition in source.where if condition.column not in found}


def needed_columns(source: Source) -> set[str]:
    """The raw columns without which every row would go to quarantine."""
    required = CANONICAL[source.table].required
    mapped = {raw for name, raw in source.columns.items() if name in required}
    factors = {raw for name, factors in source.products.items() if name in required for raw in factors}
    kind = {source.kind.column} if source.kind and source.kind.other is None else set()
    return mapped | factors | kind | ({source.changed_at} if source.changed_at else set())
