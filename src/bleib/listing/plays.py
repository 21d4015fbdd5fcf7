"""Which play suits a customer: of those for the told reasons, the one that is expected to bring most."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bleib.settings import Play, Tier

FALLBACK = "check_in"  # the play for a customer with no reason that has a play, where it is configured


def tiers_of(yearly_margin: pd.Series, tiers: list[Tier]) -> pd.Series:
    """Tier name of each customer by the ranking of the yearly margin, same index; empty where no tier reaches.

    A customer belongs to the smallest ``top_share`` that holds everyone worth as much or more; so equal customers
    share a tier, and customers of unknown value come last.
    """
    share = yearly_margin.fillna(-np.inf).rank(method="max", ascending=False, pct=True)
    names = pd.Series(None, index=yearly_margin.index, dtype="object")
    for tier in sorted(tiers, key=lambda tier: -tier.top_share):
        names[share <= tier.top_share + 1e-12] = tier.name
    return names.astype("str").rename("tier")


def choose_plays(
    reasons: pd.DataFrame, tiers: pd.Series, plays: dict[str, Play], value_at_risk: pd.Series
) -> pd.Series:
    """Key of the play of each customer, indexed like ``tiers`` (customer_id); empty where no play may be run.

    ``reasons`` has customer_id, position, family; ``value_at_risk`` is indexed like ``tiers``. Of the plays for the
    told reasons that the customer's tier may run, the one with the highest expected net value is taken; between equal
    or unknown values the stronger reason decides, then the order of ``plays``; without any, ``FALLBACK``.
    """
    told = reasons[reasons["customer_id"].isin(tiers.index)]
    offers = told.merge(_families_of(plays), on="family")
    allowed = [
        may_run(plays[key], tier) for key, tier in zip(offers["play"], offers["customer_id"].map(tiers), strict=True)
    ]
    offers = offers[np.array(allowed, dtype=bool)]
    net = expected_net_value(offers["customer_id"].map(value_at_risk).astype("float64"), offers["play"], plays)
    best = (
        offers.assign(net=-net).sort_values(["customer_id", "net", "position", "order"]).drop_duplicates("customer_id")
    )
    chosen = best.set_index("customer_id")["play"].reindex(tiers.index)
    fallback = [FALLBACK if FALLBACK in plays and may_run(plays[FALLBACK], tier) else None for tier in tiers]
    return chosen.fillna(pd.Series(fallback, index=tiers.index, dtype="str")).rename("play")


def expected_net_value(value_at_risk: pd.Series, play: pd.Series, plays: dict[str, Play]) -> pd.Series:
    """Success of the play × value at risk − cost of the play, in currency; empty without play or value."""
    success = play.map({key: p.success for key, p in plays.items()}).astype("float64")
    cost = play.map({key: p.cost for key, p in plays.items()}).astype("float64")
    return success * value_at_risk - cost


def _families_of(plays: dict[str, Play]) -> pd.DataFrame:
    rows = [(family, key, n) for n, (key, play) in enumerate(plays.items()) for family in play.families]
    return pd.DataFrame(rows, columns=["family", "play", "order"]).astype({"family": "str", "play": "str"})


def may_run(play: Play, tier: object) -> bool:
    """Whether a play is meant for customers of a tier."""
    return not play.tiers or tier in play.tiers
