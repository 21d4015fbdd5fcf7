"""Customer ids that were merged: chains are followed to the surviving id, cycles are refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bleib.errors import Fault
from bleib.settings import Source
from bleib.sources.faults import SourceError, fatal
from bleib.sources.lost_ids import lost_id_faults, lost_in
from bleib.sources.reading.paths import files_of
from bleib.sources.reading.readers import read_files
from bleib.sources.structure import missing_column
from bleib.sources.values import ids


def read_merges(merges: list[Source], root: Path) -> dict[str, str]:
    """Old id → surviving id over all merge tables; SourceError with every fault found."""
    pairs: dict[str, str] = {}
    faults: list[Fault] = []
    for merge in merges:
        try:
            _add(pairs, _pairs(merge, root), merge)
        except SourceError as stop:
            faults += stop.faults
    if faults:
        raise SourceError(*faults)
    return resolve(pairs, ", ".join(str(merge.files) for merge in merges))


def resolve(pairs: dict[str, str], file: str = "merges") -> dict[str, str]:
    """Follow chains: a→b, b→c gives a→c, b→c. SourceError where they run in a circle."""
    survivors: dict[str, str] = {}
    for start, then in pairs.items():
        path, at = [start], then
        while at in pairs and at not in survivors and at not in path:
            path.append(at)
            at = pairs[at]
        if at in path:
            raise SourceError(_cycle([*path[path.index(at) :], at], file))
        survivors.update(dict.fromkeys(path, survivors.get(at, at)))
    return survivors


def apply(customers: pd.Series, survivors: dict[str, str]) -> pd.Series:
    """Customer ids with merged ones replaced, shape (n,)."""
    if not survivors:
        return customers
    return customers.map(survivors).fillna(customers).astype("str")


def _pairs(merge: Source, root: Path) -> pd.DataFrame:
    old, new, file = merge.columns["old"], merge.columns["new"], str(merge.files)
    raw = read_files(files_of(merge, root))
    names = raw.table.column_names
    if not len(raw) and all(header.of_records for header in raw.headers):
        return pd.DataFrame({"old": [], "new": []}, dtype="str")  # nothing was merged
    missing = [name for name in (old, new) if name not in names]
    if missing:
        raise SourceError(*(missing_column(merge, file, name, names) for name in missing))
    lost = lost_in(raw, (old, new))
    if lost:
        raise SourceError(*lost_id_faults(merge, raw.files, lost))
    frame = pd.DataFrame({"old": ids(raw.table[old], []), "new": ids(raw.table[new], [])}).dropna()
    return frame[frame["old"] != frame["new"]].drop_duplicates()


def _add(pairs: dict[str, str], frame: pd.DataFrame, merge: Source) -> None:
    torn = [
        f"{old} → {new} and {pairs[old]}"
        for old, new in zip(frame["old"], frame["new"], strict=True)
        if pairs.setdefault(old, new) != new
    ]
    if torn:
        raise SourceError(
            fatal(
                "merges",
                str(merge.files),
                "ids that were merged into two different ones",
                "one surviving id for an old one",
                "Keep the right line.",
                column=merge.columns["old"],
                rows=len(torn),
                examples=torn[:3],
            )
        )


def _cycle(path: list[str], file: str) -> Fault:
    return fatal(
        "merges",
        file,
        "ids merged in a circle",
        "chains that end at a surviving id",
        "Remove one line of the circle.",
        rows=len(path) - 1,
        examples=[" → ".join(path[:6])],
    )
