"""What each customer of the cohort is worth, and so who may come onto the list whatever their reasons are."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from bleib.artifacts import WORTH
from bleib.errors import DataError
from bleib.listing.plays import FALLBACK, may_run, tiers_of
from bleib.listing.value import as_of, value_at_risk, yearly_margin
from bleib.settings import Listing, Play


def worth_of(
    scores: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    day: date,
    first_day: date,
    main_kinds: list[str],
    listing: Listing,
    time_zone: str,
) -> pd.DataFrame:
    """One row a customer of ``scores`` in the columns of ``artifacts.WORTH``; see ``value.yearly_margin``.

    Where nobody is worth anything nothing is known of the value: it is missing for all.
    DataError for an empty cohort.
    """
    if scores.empty:
        raise DataError("no customer to rank: the newest cohort is empty; check clock.newest and churn.active_days")
    rows = scores.set_index("customer_id")
    margin = yearly_margin(
        scores["customer_id"], tables, day, first_day, main_kinds, listing.margin_rate, time_zone
    ).reindex(rows.index)
    if not (margin > 0).any():  # else the costs of the plays would decide who comes first
        margin = margin * np.nan
    allowed = as_of(tables.get("customers"), None, "contact_allowed").reindex(rows.index)
    frame = pd.DataFrame(
        {
            "as_of_date": rows["as_of_date"],
            "yearly_margin": margin,
            "value_at_risk": value_at_risk(rows["churn_probability"], margin, listing.value_horizon_days),
            "tier": tiers_of(margin, listing.tiers),
            "contact_allowed": allowed.astype("boolean").fillna(True),  # nobody said no
        }
    ).reset_index()
    assert WORTH.table is not None  # declared with its columns
    return WORTH.table.check(frame)


def scores_and_worth(scores: pd.DataFrame, worth: pd.DataFrame) -> pd.DataFrame:
    """Both artifacts side by side, indexed by customer_id."""
    return scores.set_index("customer_id").join(worth.set_index("customer_id").drop(columns="as_of_date"))


def may_be_listed(rows: pd.DataFrame, listing: Listing) -> pd.Series:
    """Whether a customer can be among the ``listing.capacity`` first ones, bool indexed like ``rows``.

    ``rows`` (indexed by customer_id): churn_probability and the columns of WORTH. Reasons decide on the play and so on
    the expected net value. A customer can be listed if the best play would bring at least what the worst ones bring to
    as many others as there is room for.
    """
    able = rows[rows["contact_allowed"]]
    best, worst = _bounds(able, listing.plays)
    if best.isna().all():  # no play or no value: the order does not depend on reasons
        figure = able["value_at_risk"] if able["value_at_risk"].notna().any() else able["churn_probability"]
        best = worst = figure
    needed = worst.fillna(-np.inf).nlargest(listing.capacity).min()
    return (best.fillna(-np.inf) >= needed).reindex(rows.index, fill_value=False)


def _bounds(rows: pd.DataFrame, plays: dict[str, Play]) -> tuple[pd.Series, pd.Series]:
    """The most and the least that a contact may be expected to bring; least: NaN where there may be no play at all."""
    allowed = {key: [tier for tier in rows["tier"].unique() if may_run(play, tier)] for key, play in plays.items()}
    nets = pd.DataFrame(
        {
            key: (play.success * rows["value_at_risk"] - play.cost).where(rows["tier"].isin(allowed[key]))
            for key, play in plays.items()
        },
        index=rows.index,
        dtype="float64",
    )
    certain = nets[FALLBACK].notna() if FALLBACK in nets else pd.Series(False, index=rows.index)
    return nets.max(axis=1), nets.min(axis=1).where(certain)
