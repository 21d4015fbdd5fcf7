"""Which play suits a customer: the first reason that has one, within what the customer's tier allows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

import numpy as np
import pandas as pd

from bleib.errors import SettingsError
from bleib.features.declaration import Family
from bleib.settings import Listing, Play, Tier, suggestion

FALLBACK = "check_in"  # the play for a customer with no reason that has a play, where it is configured


def check_plays(listing: Listing, extra_families: Iterable[str] = ()) -> None:
    """SettingsError that lists every play naming an unknown family or tier; ``extra_families`` are the user's own."""
    families = [*get_args(Family), *extra_families]
    tiers = [tier.name for tier in listing.tiers]
    faults = [
        f"listing.plays.{key}.{what}: unknown {one} {name!r}{suggestion(name, known)}"
        for key, play in listing.plays.items()
        for what, one, names, known in (
            ("families", "family", play.families, families),
            ("tiers", "tier", play.tiers, tiers),
        )
        for name in names
        if name not in known
    ]
    if faults:
        raise SettingsError(f"params.yaml: {len(faults)} faults\n" + "\n".join(f"  - {fault}" for fault in faults))


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


def choose_plays(reasons: pd.DataFrame, tiers: pd.Series, plays: dict[str, Play]) -> pd.Series:
    """Key of the play of each customer, indexed like ``tiers`` (customer_id); empty where no play may be run.

    ``reasons`` has customer_id, position, family. The strongest reason with a play decides; of several plays for a
    family the first configured one that the tier may run is taken; without any, ``FALLBACK`` where the tier may.
    """
    told = reasons[reasons["customer_id"].isin(tiers.index)].sort_values(["customer_id", "position"])
    tier = told["customer_id"].map(tiers)
    pairs = [(family, name if isinstance(name, str) else "") for family, name in zip(told["family"], tier, strict=True)]
    table = {pair: _play_for(*pair, plays) for pair in set(pairs)}
    keys = pd.Series([table[pair] for pair in pairs], index=told.index, dtype="str")
    found = told.assign(play=keys).dropna(subset="play").drop_duplicates("customer_id")
    chosen = found.set_index("customer_id")["play"].reindex(tiers.index)
    fallback = [_fallback(name if isinstance(name, str) else "", plays) for name in tiers]
    return chosen.fillna(pd.Series(fallback, index=tiers.index, dtype="str")).rename("play")


def _play_for(family: str, tier: str, plays: dict[str, Play]) -> str | None:
    return next((key for key, play in plays.items() if family in play.families and _may(play, tier)), None)


def _fallback(tier: str, plays: dict[str, Play]) -> str | None:
    return FALLBACK if FALLBACK in plays and _may(plays[FALLBACK], tier) else None


def _may(play: Play, tier: str) -> bool:
    return not play.tiers or tier in play.tiers
