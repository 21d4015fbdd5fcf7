"""The key figures: churn and retention rate, repeat purchase rate, NPS, CLV; by month, segment and sign-up cohort."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from bleib.cohort.label import Calendar
from bleib.report.counts import LATEST_MONTHS, count
from bleib.settings import Settings

MIN_ANSWERS = 30
MIN_MONTHS = 3
DAYS_PER_MONTH = 365 / 12
COLUMNS = ["figure", "by", "group", "period", "value", "unit", "n"]


def churn_rate(lost: float, judged: float) -> float:
    """Customers lost in the period ÷ those of its start who were lost or stayed × 100, in %; not a number without any.

    >>> churn_rate(15, 500)
    3.0
    """
    return 100 * lost / judged if judged else math.nan


def retention_rate(lost: float, judged: float) -> float:
    """100 % less the churn rate of the same customers, in %; customers won in the period count in neither.

    >>> retention_rate(15, 500)
    97.0
    """
    return 100 - churn_rate(lost, judged)


def repeat_purchase_rate(repeat_buyers: float, buyers: float) -> float:
    """Customers with two or more purchases in the period ÷ customers with one or more × 100, in %.

    >>> repeat_purchase_rate(30, 120)
    25.0
    """
    return 100 * repeat_buyers / buyers if buyers else math.nan


def net_promoter_score(promoters: float, detractors: float, answers: float) -> float:
    """% of answers 9–10 less % of answers 0–6 (Reichheld 2003), −100 to 100; not a number under 30 answers.

    >>> net_promoter_score(20, 8, 40)
    30.0
    """
    return 100 * (promoters - detractors) / answers if answers >= MIN_ANSWERS else math.nan


def customer_lifetime_value(margin: float, retention: float, months: int, discount_rate: float) -> float:
    """Expected discounted margin of a customer over ``months``: Σₖ m · rᵏ ÷ (1 + d)^(k/12), k = 1 … months.

    ``margin`` m: currency a customer and month; ``retention`` r: share of customers who stay a month (0–1), so rᵏ is
    the probability of still being there after k months; ``discount_rate`` d: a year. Gupta, Lehmann & Stuart, Valuing
    Customers, Journal of Marketing Research 41 (2004), with a finite horizon.

    >>> customer_lifetime_value(10, 0.5, 2, 0.0)
    7.5
    """
    k = np.arange(1, months + 1)
    return float(np.sum(margin * retention**k / (1 + discount_rate) ** (k / 12)))


def horizon_months(value_horizon_days: int) -> int:
    """The value horizon in whole months, at least one."""
    return max(1, round(value_horizon_days / DAYS_PER_MONTH))


def key_figures(tables: dict[str, pd.DataFrame], settings: Settings, calendar: Calendar) -> pd.DataFrame:
    """One row a figure, grouping, group and period (COLUMNS); figures without a basis are absent.

    Raises DataError where the table that the churn definition needs is missing.
    """
    return figures(count(tables, settings, calendar), settings)


def figures(counts: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The figures of the counts (columns of ``counts.count``). ``n`` is what a rate is divided by."""
    horizon = horizon_months(settings.listing.value_horizon_days)
    counts = counts.assign(judged=counts["at_start"] - counts["other_end"])  # whom a death took nobody lost or kept
    parts = [
        _column(counts, "churn_rate", churn_rate, ["lost", "judged"], "%", "judged"),
        _column(counts, "retention_rate", retention_rate, ["lost", "judged"], "%", "judged"),
        _column(counts, "repeat_purchase_rate", repeat_purchase_rate, ["repeat_buyers", "buyers"], "%", "buyers"),
        _column(counts, "nps", net_promoter_score, ["promoters", "detractors", "answers"], "points", "answers"),
        _lifetime_values(counts, horizon, settings.listing.discount_rate, settings.company.currency),
    ]
    table = pd.concat(parts, ignore_index=True).dropna(subset="value")
    table["value"] = table["value"].round(4)
    return table[COLUMNS].astype({"n": "int64"}).reset_index(drop=True)


def _column(
    counts: pd.DataFrame, figure: str, formula: Callable[..., float], inputs: list[str], unit: str, n: str
) -> pd.DataFrame:
    values = [formula(*row) for row in counts[inputs].itertuples(index=False)]
    return counts[["by", "group", "period"]].assign(figure=figure, value=values, unit=unit, n=counts[n])


def _lifetime_values(counts: pd.DataFrame, months: int, discount_rate: float, currency: str) -> pd.DataFrame:
    """CLV at the pace of the twelve months up to each month; margin and retention pooled over customer-months."""
    monthly = counts[~counts["period"].str.contains("..", regex=False)]
    sums = (
        monthly.groupby(["by", "group"])[["lost", "judged", "kept", "margin"]]
        .rolling(LATEST_MONTHS, min_periods=MIN_MONTHS)
        .sum()
        .reset_index(level=[0, 1], drop=True)
    )
    sums = sums[(sums["kept"] > 0) & (sums["margin"].abs() > 0)]  # no money mapped: nothing is known, not nought
    values = [
        customer_lifetime_value(margin / kept, 1 - lost / judged, months, discount_rate)
        for lost, judged, kept, margin in sums.itertuples(index=False)
    ]
    return monthly.loc[sums.index, ["by", "group", "period"]].assign(
        figure="clv", value=values, unit=f"{currency} / {months} months", n=sums["kept"]
    )
