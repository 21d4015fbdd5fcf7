"""From raw lines to the grain of the canonical table: state rows collapsed, lines summed, deliveries counted once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from bleib.sources.mapping import Mapped
from bleib.sources.quarantine import MERGED
from bleib.sources.values import to_pandas, unnested
from bleib.tables import Table

SUMMED = ("amount", "quantity", "points")
UNITS = 10_000  # sums are made of whole ten-thousandths, so that the order of the rows changes no digit
# Columns that are filled in later, with the time that they belong to: they come from the latest state of a row.
LATE = ("satisfaction", "compensation", "end_reason", "score")


def drop_equal_lines(mapped: Mapped) -> None:
    """Where the source says ``duplicates: drop`` and rows bring no key of their own: equal rows are one delivery."""
    if mapped.source.duplicates != "drop" or (mapped.key_mapped and not mapped.source.one_row_per):
        return
    rows = unnested(mapped.ledger.raw.table.take(mapped.frame.index.to_numpy())).to_pandas()
    mapped.quarantine(rows.duplicated().to_numpy(), "duplicate_delivery")
    mapped.drop_settled()


def collapse_states(mapped: Mapped) -> None:
    """One row a key from one row per state change.

    Attributes are those of the first state; times, and what is filled in with them, those of the latest: each counts
    only once it is past, so that the later knowledge stays invisible before.
    """
    if mapped.source.changed_at is None or mapped.frame.empty:
        return
    table, frame = mapped.table, mapped.frame
    key = list(table.key)
    ordered = in_order(frame, [*key, "changed_at"])
    first = ordered.drop_duplicates(key, keep="first")
    last = ordered.drop_duplicates(key, keep="last")
    times = [
        c.name for c in table.columns if c.kind == "time" and c.name not in {table.clock, "known_at", "valid_from"}
    ]
    late = [name for name in (*times, *LATE) if name in table.names]
    _keep(mapped, first.assign(**{name: last[name].array for name in late}))


def sum_lines(mapped: Mapped) -> None:
    """One row per ``one_row_per`` (and customer): amounts, quantities and points summed, the most frequent topic, the
    arrival of the last line, else the first line's values.
    """
    by = mapped.source.one_row_per
    if not by or mapped.frame.empty:
        return
    frame, table = mapped.frame, mapped.table
    ordered = in_order(frame, [table.clock, "known_at"] if "known_at" in frame else [table.clock])
    groups = ordered.groupby(list(dict.fromkeys([*by, "customer_id"])), dropna=False, sort=False).ngroup()
    out = ordered.loc[~groups.duplicated()].copy()
    order = groups[out.index].to_numpy()
    for name in SUMMED:
        if name in table.names:
            out[name] = _sums(ordered[name], groups)[order]
    if "known_at" in ordered:
        out["known_at"] = ordered["known_at"].groupby(groups).max()[order].array
    if "topic" in table.names:
        out["topic"] = _most_frequent(ordered["topic"], groups).reindex(order).array
    _keep(mapped, out)


def in_order(frame: pd.DataFrame, by: list[str], without: tuple[str, ...] = ()) -> pd.DataFrame:
    """Sorted by the columns ``by`` and, where these are equal, by the content: never by the order of the raw rows.

    Ids decide last, so that renaming them changes nothing. The columns ``without`` are no content.
    """
    if not frame.duplicated(by).any():
        return frame.sort_values(by, kind="stable")
    names = [name for name in frame.columns if name.endswith("_id") and name not in by]
    codes = content_hash(frame, without=(*names, *without))
    return frame.assign(_content=codes).sort_values([*by, "_content", *names], kind="stable").drop(columns="_content")


def content_hash(frame: pd.DataFrame, without: tuple[str, ...] = ()) -> pd.Series:
    """A 64-bit hash of each row's values, the same in every run, shape (n,)."""
    columns = [name for name in frame.columns if name not in without]
    return pd.util.hash_pandas_object(frame[columns].reset_index(drop=True), index=False).set_axis(frame.index)


def made_ids(frame: pd.DataFrame, table: Table) -> pd.Series:
    """Ids from the content of the rows, shape (n,); equal rows are told apart by a number, because they may be real.

    A contract without id is told by its customer and its begin.
    """
    if table.name == "contracts":
        return _hex(content_hash(frame[["customer_id", "started_at"]]))
    codes = content_hash(frame, without=(table.key[0],))
    return _hex(codes) + "-" + codes.groupby(codes).cumcount().add(1).astype("str")


def _hex(codes: pd.Series) -> pd.Series:
    """Each code as sixteen hexadecimal digits; written all at once, because there is one for every nameless event."""
    digits = np.frombuffer(codes.to_numpy(">u8").tobytes().hex().encode(), "S16")
    return to_pandas(pa.array(digits)).set_axis(codes.index)


def _sums(values: pd.Series, groups: pd.Series) -> np.ndarray:
    units = (values * UNITS).round()
    whole = units.fillna(0).astype("int64").groupby(groups).sum().to_numpy()
    filled = values.notna().groupby(groups).any().to_numpy()
    return np.where(filled, whole / UNITS, np.nan)


def _most_frequent(topics: pd.Series, groups: pd.Series) -> pd.Series:
    named = pd.DataFrame({"group": groups, "topic": topics}).dropna()
    counted = named.groupby(["group", "topic"], sort=True).size().reset_index(name="lines")
    ranked = counted.sort_values(["group", "lines", "topic"], ascending=[True, False, True])
    return ranked.drop_duplicates("group").set_index("group")["topic"]


def _keep(mapped: Mapped, out: pd.DataFrame) -> None:
    gone = mapped.frame.index.difference(out.index)
    mapped.ledger.settle(gone.to_numpy(), MERGED)
    mapped.frame = out
