"""What a feature is: one declaration, from which engine, dictionary and reasons are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bleib.settings import Family

Direction = Literal["up", "down", "either"]

Aggregate = Literal[
    "count",  # events in the window
    "active",  # 1 if there is an event in the window, else 0
    "sum",  # of the value
    "trend",  # events in the window less those in the window of the same length before it
    "trend_sum",  # the same for the value
    "mean",
    "max",
    "min",
    "last",  # value of the newest event that has one (nth newest, see ``nth``)
    "distinct_days",  # days with at least one event
    "distinct_topics",
    "distinct_channels",
    "topic_entropy",  # Shannon entropy (nats) of the topics
    "decayed_count",  # sum of 2^(-age / half-life), age in calendar days, half-life = window_days
    "count_early",  # events within window_days calendar days from the day of the first one
    "days_since_last",  # nth newest, see ``nth``
    "days_since_first",
    "days_until_next",  # to an event that lies ahead and is already known
    "sum_ahead",  # of the value of events known to lie in [t, t + window)
    "open_count",  # events whose ends_at is not past
    "open_sum",  # of their value
    "open_longest_days",
    "gap_median",  # days between active days
    "gap_mean",
    "gap_q75",
    "gap_q90",
    "gap_std",
    "gap_last",  # nth newest, see ``nth``
    "gap_ewm",  # exponentially weighted mean, each later gap counts half
    "elapsed_over_gap_median",  # days since last active day / own gap
    "elapsed_over_gap_q75",
    "elapsed_over_gap_q90",
    "season_sin",  # where in the year the as-of date lies, as an angle: the same for everybody, whatever the events
    "season_cos",
    "renewal_hazard",  # own gaps that ended within the next h days + 2 / gaps still open now + 10, h = window_days
]


@dataclass(frozen=True)
class Events:
    """Which events a feature looks at: every kind given, narrowed by channel and topic where given."""

    kinds: tuple[str, ...]
    channels: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reason:
    """How a feature is told to a person. Fields: {value}, {typical} (median of the cohort), both with unit formats and,
    where nought or less is to be said otherwise, with forms (``features/fields.py``).

    One sentence without full stop, about the customer, readable alone: "no order for {value} days (typical here:
    {typical})".
    """

    en: str
    de: str


@dataclass(frozen=True)
class Feature:
    """One feature: an aggregate over the events of one customer that are known at *t*.

    ``window_days`` > 0 looks back from *t* (``[t − window, t)``), 0 means all history. ``offset_days`` moves the window
    back by so many days (count, active, sum, mean, distinct_days). ``direction`` says which way the feature usually
    moves the risk. ``of`` and ``than`` name other features where this one is computed from them
    (``combine`` = difference, ratio, or rank within the as-of date). ``for_rules``: the simple rules that a model is
    compared with are computed from it, so it is made also where it is excluded; ``for_model``: a model may see it.
    ``meaning_de`` is the meaning in German where the German reason does not say it.
    """

    name: str
    family: Family
    meaning: str
    unit: str
    direction: Direction
    events: Events | None = None
    aggregate: Aggregate | None = None
    value: Literal["", "amount", "quantity"] = ""
    window_days: int = 0
    offset_days: int = 0
    nth: int = 1
    combine: Literal["", "difference", "ratio", "rank"] = ""
    of: str = ""
    than: str = ""
    reason: Reason | None = None
    for_rules: bool = False
    for_model: bool = True
    meaning_de: str = ""
