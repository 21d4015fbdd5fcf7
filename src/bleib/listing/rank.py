"""The list: the customers whose contact is expected to bring most, as many as the team can contact."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from bleib.artifacts import AT_RISK
from bleib.clock import last_local_days, shift_all
from bleib.listing.contracts import runs_until
from bleib.listing.plays import choose_plays, expected_net_value
from bleib.listing.value import as_of
from bleib.listing.worth import may_be_listed, scores_and_worth
from bleib.settings import Company, Listing
from bleib.tables import DTYPES


def at_risk_list(
    scores: pd.DataFrame,
    reasons: pd.DataFrame,
    worth: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    company: Company,
    listing: Listing,
    t: pd.Timestamp,
    data_end: pd.Timestamp,
    model_version: str,
) -> pd.DataFrame:
    """At most ``listing.capacity`` rows in the columns of ``artifacts.AT_RISK``, the most urgent first.

    ``scores``, ``reasons`` and ``worth`` are those artifacts, ``tables`` the canonical ones as far as there are any
    (customers and contracts are looked at), ``t`` is the instant of the as-of date, ``data_end`` that up to which the
    data are complete. Who may not be contacted is left out. DataError for an empty cohort.
    """
    rows = scores_and_worth(scores, worth)
    rows = rows[rows["contact_allowed"] & may_be_listed(rows, listing)]
    rows["key"] = choose_plays(reasons, rows["tier"], listing.plays, rows["value_at_risk"])
    rows["expected_net_value"] = expected_net_value(rows["value_at_risk"], rows["key"], listing.plays)
    top = order(rows).head(listing.capacity)
    ends = runs_until(tables.get("contracts"), t, data_end)
    top["due_date"] = _due_dates(top, listing, last_local_days(ends, company.time_zone))
    return _finish(top, reasons, tables.get("customers"), company, listing, t, model_version)


def order(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows (indexed by customer_id) by expected net value; by value at risk where nobody has one, else by probability.

    Ties: the higher churn probability, then the customer_id. Rows without the deciding figure come last.
    """
    figures = [name for name in ("expected_net_value", "value_at_risk") if rows[name].notna().any()][:1]
    return rows.sort_index().sort_values([*figures, "churn_probability"], ascending=False, kind="stable")


def _finish(
    top: pd.DataFrame,
    reasons: pd.DataFrame,
    customers: pd.DataFrame | None,
    company: Company,
    listing: Listing,
    t: pd.Timestamp,
    model_version: str,
) -> pd.DataFrame:
    ids = top.index.to_series()
    texts = reasons.set_index(["position", "customer_id"])["text"]
    names = {key: getattr(play, f"name_{company.language}") for key, play in listing.plays.items()}
    filled = {
        "rank": range(1, len(top) + 1),
        "customer_id": ids,
        "display_name": ids.map(as_of(customers, t, "display_name")).astype("str").fillna(ids),
        "as_of_date": top["as_of_date"],
        "churn_probability": top["churn_probability"].round(6),
        "value_at_risk": top["value_at_risk"].round(2),
        **{f"reason_{k}": ids.map(texts.get(k, {})) for k in (1, 2, 3)},
        "play": top["key"].map(names),
        "due_date": top["due_date"],
        "expected_net_value": top["expected_net_value"].round(2),
        "tier": top["tier"].map(_tier_names(company, listing)),
        "segment": ids.map(as_of(customers, t, "segment")),
        "model_version": model_version,
    }
    assert AT_RISK.table is not None  # declared with its columns
    frame = pd.DataFrame(filled, index=top.index).reset_index(drop=True)
    return AT_RISK.table.check(frame.astype({column.name: DTYPES[column.kind] for column in AT_RISK.table.columns}))


def _tier_names(company: Company, listing: Listing) -> dict[str, str]:
    return {tier.name: (company.language == "de" and tier.name_de) or tier.name for tier in listing.tiers}


def _due_dates(top: pd.DataFrame, listing: Listing, last_days: pd.Series) -> pd.Series:
    """The as-of date plus the play's due days, but no later than ``last_days`` (by customer_id); empty without play."""
    due = pd.Series(pd.NaT, index=top.index, dtype=DTYPES["date"])
    for key, play in listing.plays.items():
        runs = top["key"] == key
        due[runs] = shift_all(top.loc[runs, "as_of_date"], play.due_days)
    last = last_days.reindex(top.index).clip(lower=top["as_of_date"])
    return due.mask(due > last, last)
