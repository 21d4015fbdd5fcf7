"""The blocks that no aggregate of the kernel gives: active weeks, BG/NBD, outcomes of closed windows, the calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd

from benchmarks.quality.blocks.block import HELPER, TRY, Block, Known, feature
from benchmarks.quality.histories import summaries
from benchmarks.quality.prepare import Prepared
from bleib.clock import purged, shift, to_date
from bleib.features.declaration import Feature
from bleib.files import read_parquet
from bleib.model import bg_nbd
from bleib.model.metrics import log_odds
from bleib.model.rows import KEY
from bleib.settings import Settings

OfDate = Callable[[pd.DataFrame, pd.Timestamp], dict[str, np.ndarray]]

WEEKS = 52
LEVEL_DAYS = 21  # how far from a year ago a date may lie whose churn rate stands for the season
CONTROLS = 6  # columns of a control
SMOOTHING = 20.0  # snapshots that the rate of all weighs in the rate of a cell


def week_flags(known: Known) -> list[Feature]:
    """Whether there was any main activity in each of the last 52 weeks."""
    return [feature(f"{HELPER}week_{k}", known.main, "active", days=7, offset=7 * k) for k in range(WEEKS)]


def weeks(frame: pd.DataFrame, company: Prepared) -> pd.DataFrame:
    """How many of the last 13, 26, 52 weeks were active, and of the active ones how many were followed by another."""
    flags = _flags(frame)
    out = {f"{TRY}weeks_{w}": flags[:, :w].sum(axis=1) for w in (13, 26, WEEKS)}
    before = flags[:, 1:].sum(axis=1)
    followed = (flags[:, 1:] & flags[:, :-1]).sum(axis=1)
    out[TRY + "weeks_followed"] = (followed + 1) / (before + 2)
    out[TRY + "weeks_run"] = np.cumprod(flags, axis=1).sum(axis=1)
    return pd.DataFrame(out, frame.index)


def continuations(frame: pd.DataFrame, company: Prepared) -> pd.DataFrame:
    """After each of the last active weeks: how often the customer was there again one, two, four weeks later."""
    flags = _flags(frame)
    out = {}
    for later in (1, 2, 4, 8):
        could, did = flags[:, later:], flags[:, later:] & flags[:, :-later]
        out[f"{TRY}continued_{later}"] = (did.sum(axis=1) + 1) / (could.sum(axis=1) + 2)
    return pd.DataFrame(out | {f"{TRY}week_{k}": flags[:, k] for k in range(8)}, frame.index)


def _flags(frame: pd.DataFrame) -> np.ndarray:
    return frame[[f"{HELPER}week_{k}" for k in range(WEEKS)]].to_numpy() > 0


def mbg_of_all(frame: pd.DataFrame, company: Prepared) -> pd.DataFrame:
    """MBG/NBD, fitted at each date on the histories of everybody seen by then: alive, coming back, expected rate."""

    def of_date(part: pd.DataFrame, day: pd.Timestamp) -> dict[str, np.ndarray]:
        known = summaries(company, day)
        row = known.customers.get_indexer(pd.Index(part["customer_id"]))
        return _mbg(known.x, known.t_x, known.T, row, company.settings)

    return _by_date(frame, of_date)


def active_days(known: Known) -> list[Feature]:
    """What BG/NBD counts."""
    return [
        feature(HELPER + "bg_days", known.main, "distinct_days"),
        feature(HELPER + "bg_first", known.main, "days_since_first"),
        feature(HELPER + "bg_last", known.main, "days_since_last"),
    ]


def mbg_of_cohort(frame: pd.DataFrame, company: Prepared) -> pd.DataFrame:
    """The same, fitted on the cohort of the date only."""

    def of_date(part: pd.DataFrame, day: pd.Timestamp) -> dict[str, np.ndarray]:
        x = np.maximum(part[HELPER + "bg_days"].to_numpy() - 1, 0.0)
        T = np.maximum(part[HELPER + "bg_first"].fillna(1).to_numpy(), 0.01)
        t_x = np.where(x > 0, np.clip(T - part[HELPER + "bg_last"].fillna(0).to_numpy(), 0, T), 0.0)
        return _mbg(x, t_x, T, np.arange(len(part)), company.settings)

    return _by_date(frame, of_date)


def _mbg(x: np.ndarray, t_x: np.ndarray, T: np.ndarray, row: np.ndarray, settings: Settings) -> dict[str, np.ndarray]:
    if not (x > 0).any():
        return {}
    model = bg_nbd.fit(x, t_x, T, bg_nbd.MbgNbd)
    x, t_x, T, seen = x[row], t_x[row], T[row], row >= 0
    alive = model.probability_alive(x, t_x, T)
    found = {
        "alive": alive,
        "silent": log_odds(model.probability_of_silence(x, t_x, T, settings.churn.horizon_days)),
        "expected": alive * (model.r + x) / (model.alpha + T) * settings.churn.horizon_days,
    }
    return {name: np.where(seen, values, np.nan) for name, values in found.items()}


def _by_date(frame: pd.DataFrame, of_date: OfDate) -> pd.DataFrame:
    """One date after the other; a name that no date gives is no column."""
    parts = []
    for day, part in frame.groupby("as_of_date"):
        parts.append(pd.DataFrame(of_date(part, day), part.index))
    return pd.concat(parts).add_prefix(TRY + "mbg_").reindex(frame.index)


def cells(known: Known) -> list[Feature]:
    """What the cells of the prior are made from."""
    return [
        feature(HELPER + "cell_last", known.main, "days_since_last"),
        feature(HELPER + "cell_count", known.main, "count", days=364),
    ]


def priors(frame: pd.DataFrame, company: Prepared) -> pd.DataFrame:
    """Share of leavers in the customer's recency × frequency cell, on dates whose outcome windows are closed.

    The cells double in width; the share is drawn towards that of all (``SMOOTHING``), and told as log-odds above it.
    """
    churn, snapshots = company.settings.churn, company.snapshots
    outcome = frame[["customer_id", "as_of_date"]].merge(snapshots, "left", on=["customer_id", "as_of_date"])
    left = outcome["churned"].astype("float64").to_numpy()
    cell = _doubling(frame[HELPER + "cell_last"]) * 32 + _doubling(frame[HELPER + "cell_count"])
    out = np.full((len(frame), 2), np.nan)
    dates = frame["as_of_date"]
    days = sorted(to_date(day) for day in dates.unique())
    for day in days:
        closed = pd.to_datetime(purged(days, churn.wait_days, day))
        past = dates.isin(closed).to_numpy() & ~np.isnan(left)
        if past.any():
            at = (dates == pd.Timestamp(day)).to_numpy()
            out[at] = _rates(cell[past], left[past], cell[at])
    return pd.DataFrame(out, frame.index, columns=[TRY + "prior", TRY + "prior_weight"])


def _doubling(values: pd.Series) -> np.ndarray:
    return np.floor(np.log2(values.fillna(4095).clip(0, 4095).to_numpy() + 1)).astype(int)


def _rates(past: np.ndarray, left: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Log-odds above those of all, and the number of snapshots behind them, (n, 2)."""
    size = max(past.max(), asked.max()) + 1
    n, gone, overall = np.bincount(past, minlength=size), np.bincount(past, left, size), left.mean()
    rate = (gone + SMOOTHING * overall) / (n + SMOOTHING)
    return np.column_stack([(log_odds(rate) - log_odds(np.array([overall])))[asked], n[asked]])


def calendar(frame: pd.DataFrame, company: Prepared) -> pd.DataFrame:
    """The season of the as-of date as a point on a circle."""
    return _circle(frame, frame["as_of_date"].dt.dayofyear.to_numpy() / 365.25)


def months(frame: pd.DataFrame, company: Prepared) -> pd.DataFrame:
    """The same by month, so that the first and the second of January, a year apart, are one season."""
    return _circle(frame, frame["as_of_date"].dt.month.to_numpy() / 12)


def _circle(frame: pd.DataFrame, turns: np.ndarray) -> pd.DataFrame:
    angle = 2 * np.pi * turns
    return pd.DataFrame({TRY + "season_sin": np.sin(angle), TRY + "season_cos": np.cos(angle)}, frame.index)


def levels(frame: pd.DataFrame, company: Prepared) -> pd.DataFrame:
    """Log-odds of the cohort's churn rate on the newest closed date, and on that nearest to a year ago."""
    churn = company.settings.churn
    rates = cohort_rates(read_parquet(company.folder / "labels"))
    found = {day: level_of(rates, to_date(day), churn.wait_days) for day in frame["as_of_date"].unique()}
    values = np.array([found[day] for day in frame["as_of_date"]])
    return pd.DataFrame(values, frame.index, columns=[TRY + "level_newest", TRY + "level_year_ago"])


def cohort_rates(labels: pd.DataFrame) -> pd.Series:
    """Share of leavers among those whose outcome is known, by as-of date."""
    known = labels[labels["churned"].notna()]
    return known["churned"].astype("float64").groupby(known["as_of_date"]).mean()


def level_of(rates: pd.Series, day: date, wait_days: int) -> tuple[float, float]:
    """Log-odds of the rates that were known at ``day``: the newest, and that of the season; NaN where there is none."""
    days = [to_date(other) for other in rates.index]
    closed = purged(days, wait_days, day)
    logits = dict(zip(days, log_odds(rates.to_numpy()), strict=True))
    year_ago = shift(day, -364)
    near = min(closed, key=lambda other: abs((other - year_ago).days), default=None)
    season = logits[near] if near and abs((near - year_ago).days) <= LEVEL_DAYS else np.nan
    return (logits[closed[-1]] if closed else np.nan), season


def copies(frame: pd.DataFrame, company: Prepared) -> pd.DataFrame:
    """Nothing new: the product's first columns once more."""
    return frame[[name for name in company.features if name not in KEY][:CONTROLS]].add_prefix(TRY)


BLOCKS = (
    Block("weeks", "active weeks of the last 13, 26, 52, run of active weeks", week_flags, weeks),
    Block(
        "continuations",
        "there again 1, 2, 4, 8 weeks after an active week; flags of 8 weeks",
        week_flags,
        continuations,
    ),
    Block("mbg_of_all", "MBG/NBD of everybody: alive, silent, expected", derive=mbg_of_all),
    Block("mbg_of_cohort", "MBG/NBD of the cohort: alive, silent, expected", active_days, mbg_of_cohort),
    Block("priors", "share of leavers in the recency × frequency cell on closed dates", cells, priors),
    Block("calendar", "season of the as-of date", derive=calendar),
    Block("months", "month of the as-of date", derive=months),
    Block("levels", "churn rate of the newest closed date and of a year ago", derive=levels),
    Block("copies", "control: the product's first six columns once more", derive=copies),
)
