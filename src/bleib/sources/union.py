"""The sources of one canonical table put together: merged customers, one row a key, one order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from bleib.sources import merges
from bleib.sources.grain import content_hash, in_order, made_ids
from bleib.sources.mapping import Mapped, own_clock
from bleib.sources.quarantine import MERGED
from bleib.tables import Table

PLACE = ("_source", "_position")
EVENTS = ("interactions", "loyalty")  # happen once: a second row of an id is a conflict, never a newer state


def unite(table: Table, sources: list[Mapped], survivors: dict[str, str]) -> pd.DataFrame:
    """All rows of a canonical table, each key once; the ledgers of the sources learn what became of their rows.

    The frame has the columns PLACE beside the canonical ones.
    """
    frame = pd.concat([_placed(table, mapped, k) for k, mapped in enumerate(sources)], ignore_index=True)
    if table.name == "customers":  # before merging, which puts rows of different customers under one key
        frame = _newest_delivery(frame, table, sources)
    merged = merges.apply(frame["customer_id"], survivors)
    moved = (merged != frame["customer_id"]).to_numpy()
    frame["customer_id"] = merged
    if table.name == "customers":
        frame = _one_row_a_merged_customer(frame, moved, table, sources)
    frame = _told_apart(_with_ids(frame, table, sources), table, sources)
    return one_row_a_key(_newest_delivery(frame, table, sources), table, sources)


def one_row_a_key(frame: pd.DataFrame, table: Table, sources: list[Mapped]) -> pd.DataFrame:
    """Keep the row of each key that arrived first; equal ones are duplicate deliveries, others conflicts.

    Of two states of a contract that are known at the same instant the one with a notice or an end is kept.
    """
    key = list(table.key)
    twice = frame.duplicated(key, keep=False)
    if not twice.any():
        return frame
    content = content_hash(frame[twice], without=("known_at", *PLACE))
    by = [name for name in (*key, "known_at") if name in frame]
    doubles = in_order(frame[twice].assign(_open=_open(frame[twice], table)), [*by, "_open"], without=(*PLACE, "_open"))
    first = ~doubles.duplicated(key)
    kept = content[doubles.index].where(first).groupby([doubles[name] for name in key], dropna=False).transform("first")
    equal = content[doubles.index] == kept
    send(doubles[~first & equal], sources, "duplicate_delivery")
    send(doubles[~first & ~equal], sources, "conflicting_id", key[0])
    return frame.drop(index=doubles.index[~first])


def _open(frame: pd.DataFrame, table: Table) -> pd.Series:
    """Which rows are of a contract and tell of no notice and no end, bool of shape (n,)."""
    if table.name != "contracts":
        return pd.Series(False, index=frame.index)
    return frame[["cancelled_at", "ended_at"]].isna().all(axis=1)


def send(rows: pd.DataFrame, sources: list[Mapped], reason: str, column: str = "") -> None:
    """Send rows of a united frame to the quarantine of the sources that they came from."""
    for mapped, positions in _by_source(rows, sources):
        mapped.ledger.quarantine(positions, reason, column, mapped.source.columns.get(column, ""))


def finish(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Canonical columns, sorted by customer, clock and key, checked."""
    return table.check(frame[list(table.names)].take(_order(frame, table)).reset_index(drop=True))


def _order(frame: pd.DataFrame, table: Table) -> np.ndarray:
    """The positions of the rows by customer, clock and key, (n,); keys are looked at only where the rest is equal."""
    codes, customers = pd.factorize(frame["customer_id"])
    ranks = np.empty(len(customers), np.int64)
    ranks[customers.argsort()] = np.arange(len(customers))
    clock = own_clock(table, frame)
    instants = clock.astype("int64").mask(clock.isna(), np.iinfo(np.int64).max).to_numpy()
    order = np.lexsort((instants, ranks[codes]))
    places = pd.DataFrame({"_customer": ranks[codes][order], "_clock": instants[order]})
    tied = np.flatnonzero(places.duplicated(keep=False))
    keys = frame[list(table.key)].take(order[tied]).set_axis(tied)
    by = [*places, *keys]
    order[tied] = order[places.take(tied).join(keys).sort_values(by, kind="stable").index]
    return order


def _placed(table: Table, mapped: Mapped, number: int) -> pd.DataFrame:
    frame = mapped.frame[list(table.names)]
    return frame.assign(_source=number, _position=frame.index.to_numpy())


def _by_source(rows: pd.DataFrame, sources: list[Mapped]) -> Iterator[tuple[Mapped, np.ndarray]]:
    """The sources that the rows came from, with the positions of the raw rows, ascending."""
    for number in rows["_source"].unique():
        yield sources[int(number)], np.sort(rows.loc[rows["_source"] == number, "_position"].to_numpy())


def _newest_delivery(frame: pd.DataFrame, table: Table, sources: list[Mapped]) -> pd.DataFrame:
    """Without the rows that a newer file delivers anew, with other content, for the same customer.

    Only of tables that hold states, and of sources that do not say themselves when a row became known. A newer file is
    a later one of the same source, or one of a later source that fills the same columns, with the same constants.
    Another customer under the same id is no newer state of it.
    """
    stateful = [k for k, mapped in enumerate(sources) if _holds_states(table, mapped)]
    names = list(dict.fromkeys([*table.key, "customer_id"]))
    chosen = frame[frame["_source"].isin(stateful) & frame.duplicated(names, keep=False)]
    if chosen.empty:
        return frame
    content = content_hash(chosen, without=("known_at", *PLACE))
    rows = pd.DataFrame({"file": _files(chosen, sources), "content": content})
    alike = chosen["_source"].map({k: _content(sources[k]) for k in stateful})
    rows["key"] = chosen.assign(_alike=alike).groupby(["_alike", *names], dropna=False).ngroup()
    rows["newest"] = rows.groupby("key")["file"].transform("max") == rows["file"]
    # An equal row of an older file stays: it is the first delivery of what holds now.
    replaced = rows.index[~rows.groupby(["key", "content"])["newest"].transform("any")]
    send(chosen.loc[replaced], sources, "replaced", table.key[0])
    return frame.drop(index=replaced)


def _holds_states(table: Table, mapped: Mapped) -> bool:
    timed = "known_at" in _filled(mapped) or mapped.source.changed_at is not None
    return table.name not in EVENTS and not timed


def _filled(mapped: Mapped) -> set[str]:
    """The canonical columns that a source fills."""
    return {*mapped.source.columns, *mapped.source.constants, *mapped.source.products}


def _content(mapped: Mapped) -> str:
    """Equal for sources that fill the same columns, and say the same where they say it of all rows."""
    return repr((sorted(_filled(mapped)), sorted(mapped.source.constants.items())))


def _files(rows: pd.DataFrame, sources: list[Mapped]) -> pd.Series:
    """The number of each row's file among those of all sources, oldest first, shape (n,)."""
    files = pd.Series(0, index=rows.index)
    before = np.cumsum([0, *(len(mapped.ledger.raw.files) for mapped in sources)])
    for number, there in rows.groupby("_source"):
        source = int(str(number))
        files[there.index] = before[source] + sources[source].ledger.raw.file[there["_position"].to_numpy()]
    return files


def _with_ids(frame: pd.DataFrame, table: Table, sources: list[Mapped]) -> pd.DataFrame:
    nameless = frame["_source"].isin([k for k, mapped in enumerate(sources) if not mapped.key_mapped])
    if table.name == "customers" or not nameless.any():
        return frame
    made = made_ids(frame.loc[nameless, list(table.names)], table)
    frame[table.key[0]] = frame[table.key[0]].mask(nameless, made.reindex(frame.index))
    return frame


def _told_apart(frame: pd.DataFrame, table: Table, sources: list[Mapped]) -> pd.DataFrame:
    """Equal rows of one id that the source declares to be real (``duplicates: keep``): the second gets ``id-2``."""
    kept = [k for k, mapped in enumerate(sources) if mapped.key_mapped and mapped.source.duplicates == "keep"]
    if not kept:
        return frame
    chosen = frame["_source"].isin(kept) & frame.duplicated(list(table.key), keep=False)
    if not chosen.any():
        return frame
    key = table.key[0]
    content = content_hash(frame[chosen], without=PLACE)
    copy = content.groupby(content).cumcount()
    again = copy.index[copy > 0]
    frame.loc[again, key] = frame.loc[again, key] + "-" + (copy[again] + 1).astype("str")
    return frame


def _one_row_a_merged_customer(
    frame: pd.DataFrame, moved: np.ndarray, table: Table, sources: list[Mapped]
) -> pd.DataFrame:
    """A customer who was merged keeps the surviving id's row and the earliest sign-up; the others count as merged."""
    frame = in_order(frame.assign(_moved=moved), [*table.key, "_moved"], without=PLACE)
    same = [frame[name] for name in table.key]
    touched = frame["_moved"].groupby(same, dropna=False).transform("any")
    earliest = frame["signed_up_at"].groupby(same, dropna=False).transform("min")
    frame["signed_up_at"] = frame["signed_up_at"].mask(touched, earliest)
    gone = frame["_moved"] & frame.duplicated(list(table.key))
    for mapped, positions in _by_source(frame[gone], sources):
        mapped.ledger.settle(positions, MERGED)
    return frame[~gone].drop(columns="_moved").reset_index(drop=True)
