"""What the exports show of what happened: what has arrived, arrives late, twice, without id or with a wrong year."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from bleib.demo.company import History

LATE_DAYS = 4.0
LATE_SHARE = 0.03
OUTAGE_BEFORE_END = 280  # days; the logins of four days arrived eighteen days later
OUTAGE_DAYS = 4
OUTAGE_DELAY = 18
FAULT_SHARE = 0.002
FAULTS_AT_MOST = 200
MERGED_SHARE = 0.01
WRONG_YEARS_DAYS = 3652  # the year is wrong by ten
WRONG_TOGETHER = ("at", "answered", "resolved", "reopened")
AFTER_NOTICE_SHARE = 0.5


@dataclass
class FaultLog:
    """What was planted: one entry a file and fault with the number of rows."""

    entries: list[dict[str, object]] = field(default_factory=list)

    def note(self, file: str, fault: str, rows: int) -> None:
        """Add one entry."""
        self.entries.append({"file": file, "fault": fault, "rows": rows})

    def frame(self) -> pd.DataFrame:
        """One row a file and fault."""
        return pd.DataFrame(self.entries)


def within_membership(rows: pd.DataFrame, history: History, at: str = "at") -> pd.DataFrame:
    """The rows between joining and the end of the contract; those who left live on only in the truth."""
    who, times = rows["customer"].to_numpy(), rows[at].to_numpy()
    joined = np.floor(history.people.joined[who])
    return rows[(times >= joined) & (times < history.ends.ended[who])].reset_index(drop=True)


def fading_after_notice(rows: pd.DataFrame, history: History, rng: np.random.Generator) -> pd.DataFrame:
    """Half of what would be done between notice and end is not done any more."""
    after = rows["at"].to_numpy() >= history.ends.notice[rows["customer"].to_numpy()]
    return rows[~after | (rng.random(len(rows)) < AFTER_NOTICE_SHARE)].reset_index(drop=True)


def arrivals(rows: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """When each row reached the company: minutes later for most, days for a few."""
    n = len(rows)
    late = rng.random(n) < LATE_SHARE
    days = np.where(late, np.ceil(rng.exponential(5.0, n)), 0.0)
    return rows["at"].to_numpy() + np.minimum(days, 40) + rng.uniform(0.001, 0.008, n)


def outage(rows: pd.DataFrame, arrived: np.ndarray, days: int) -> np.ndarray:
    """Arrivals with those of the outage moved to the day of the backfill."""
    at = rows["at"].to_numpy()
    begin = days - OUTAGE_BEFORE_END
    return np.where((at >= begin) & (at < begin + OUTAGE_DAYS), begin + OUTAGE_DAYS + OUTAGE_DELAY + 0.2, arrived)


def arrived(rows: pd.DataFrame, file: str, days: int, log: FaultLog) -> pd.DataFrame:
    """The rows that had arrived when the export was made; counts those that had not, and the late ones."""
    there = rows["arrived"].to_numpy() < days
    kept = rows[there].reset_index(drop=True)
    log.note(file, "not_yet_arrived", int((~there).sum()))
    log.note(file, "late", int((kept["arrived"] - kept["at"] > LATE_DAYS).sum()))
    return kept


def not_yet(times: np.ndarray, days: int) -> np.ndarray:
    """Times that lie after the export are not filled in."""
    return np.where(times < days, times, np.nan)


def merged_ids(history: History, rng: np.random.Generator) -> pd.DataFrame:
    """Customers who had another number until some day: customer, old number, last day of the old number."""
    early = np.flatnonzero(history.people.joined < history.timeline.days / 3)
    count = max(1, round(MERGED_SHARE * len(history.people)))
    who = np.sort(rng.choice(early, min(count, len(early)), replace=False))
    old = np.char.zfill((history.people.number[who].astype(int) + 4).astype(str), 7)
    until = rng.uniform(history.timeline.days * 0.4, history.timeline.days * 0.8, len(who))
    return pd.DataFrame({"customer": who, "old": old, "until": np.floor(until)})


def writers(rows: pd.DataFrame, history: History, merged: pd.DataFrame, file: str, log: FaultLog) -> np.ndarray:
    """Whose number is on each row: the customer's position, or n + position in ``merged`` for an old one."""
    who, n = rows["customer"].to_numpy(), len(history.people)
    until, old = np.full(n, -np.inf), np.arange(n)
    until[merged["customer"]] = merged["until"]
    old[merged["customer"]] = n + np.arange(len(merged))
    is_old = rows["at"].to_numpy() < until[who]
    log.note(file, "merged_id", int(is_old.sum()))
    return np.where(is_old, old[who], who)


def plant(rows: pd.DataFrame, file: str, rng: np.random.Generator, log: FaultLog) -> pd.DataFrame:
    """Missing ids (``writer`` −1), wrong years of ``at`` and rows delivered twice, each in rows of its own."""
    count = min(FAULTS_AT_MOST, round(FAULT_SHARE * len(rows)))
    picked = rng.permutation(len(rows))[: 3 * count].reshape(3, count)
    faulty = rows.copy()
    faulty.loc[picked[0], "writer"] = -1
    for time in [name for name in WRONG_TOGETHER if name in rows]:
        faulty.loc[picked[1], time] += WRONG_YEARS_DAYS
    order = np.sort(np.concatenate([np.arange(len(rows)), picked[2]]), kind="stable")
    for fault in ("missing_id", "future", "duplicate"):
        log.note(file, fault, count)
    return faulty.iloc[order].reset_index(drop=True)
