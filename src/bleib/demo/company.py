"""Nordlicht Box, week by week: a loop over weeks, arrays over customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bleib.console import steps
from bleib.demo import parameters as p
from bleib.demo.attention import Attention
from bleib.demo.behaviour import Behaviour
from bleib.demo.hazard import linear_parts, probability
from bleib.demo.log import EventLog
from bleib.demo.money import Money
from bleib.demo.population import Population, populate
from bleib.demo.retention import Retention
from bleib.demo.service import Service
from bleib.demo.timeline import Timeline

STREAMS = ("population", "behaviour", "service", "money", "attention", "retention", "ends", "observation")


@dataclass
class Ends:
    """When notice was given, the contract ends, a competing reason struck (days, inf: not), and why."""

    notice: np.ndarray
    ended: np.ndarray
    competing: np.ndarray
    reason: np.ndarray


@dataclass
class History:
    """All that truly happened. ``weeks``: one row a customer and week at risk, with every term of the hazard."""

    timeline: Timeline
    people: Population
    log: EventLog
    ends: Ends
    weeks: pd.DataFrame
    outcomes: pd.DataFrame


def streams(seed: int) -> dict[str, np.random.Generator]:
    """One independent random stream a part, so that a change in one leaves the others' draws alone."""
    children = np.random.SeedSequence(seed).spawn(len(STREAMS))
    return {name: np.random.default_rng(child) for name, child in zip(STREAMS, children, strict=True)}


def live(
    timeline: Timeline,
    customers: int,
    rng: dict[str, np.random.Generator],
    coefficients: Mapping[str, float] | None = None,
) -> History:
    """Simulate the company. ``coefficients`` replaces single terms of the hazard (log-odds a unit of the driver)."""
    company = _Company(timeline, customers, rng, {**p.coefficients(), **(coefficients or {})})
    for week in steps(range(timeline.weeks), "simulated weeks", timeline.weeks):
        company.step(week)
    return company.history()


class _Company:
    def __init__(
        self, timeline: Timeline, customers: int, rng: dict[str, np.random.Generator], coefficients: dict[str, float]
    ) -> None:
        self.timeline, self.coefficients = timeline, coefficients
        self.people = populate(rng["population"], timeline, customers)
        self.log = EventLog()
        self.behaviour = Behaviour(rng["behaviour"], self.people, timeline, self.log)
        self.service = Service(rng["service"], self.people, timeline, self.log)
        self.money = Money(rng["money"], self.people, timeline, self.log)
        self.attention = Attention(rng["attention"], self.people, self.log)
        self.retention = Retention(rng["retention"], self.people, self.log)
        self.rng = rng["ends"]
        none = np.full(customers, np.inf)
        self.ends = Ends(none, none.copy(), none.copy(), np.full(customers, "", dtype="U16"))
        self.truth: list[pd.DataFrame] = []

    def step(self, week: int) -> None:
        """One week: contacts, hazard, who gives notice, then what everybody does."""
        now = 7.0 * week
        # Who left lives on unseen for as long as a contact of theirs is followed: the other arm's outcome needs it.
        gone = np.minimum(self.ends.notice, self.ends.ended)
        who = np.flatnonzero((self.people.joined < now) & (gone > now - 7 * p.OUTCOME_WEEKS))
        drivers = self._drivers(who, week)
        at_risk = gone[who] > now
        self.retention.choose(who[at_risk], week, {name: values[at_risk] for name, values in drivers.items()})
        parts = linear_parts(drivers, self.coefficients)
        self._leave(who, week, at_risk, parts)
        self._live(who, week)

    def _drivers(self, who: np.ndarray, week: int) -> dict[str, np.ndarray]:
        now, n = 7.0 * week, len(who)
        return {
            "frailty": self.people.frailty[who],
            "season": np.full(n, self.timeline.season(week)),
            "holidays": np.full(n, self.timeline.holiday(week)),
            "competitor": self.timeline.competitor(week)[self.people.region[who]],
            **self.behaviour.drivers(who, now),
            **self.service.drivers(who, now),
            **self.money.drivers(who, now),
            **self.attention.drivers(who, now),
        }

    def _leave(self, who: np.ndarray, week: int, at_risk: np.ndarray, parts: dict[str, np.ndarray]) -> None:
        untreated = p.INTERCEPT + sum(parts.values(), np.zeros(len(who)))
        term = self.retention.term(who, week)
        hazard = probability(untreated + term)
        draw = self.rng.random(len(who))
        # A death or a move ends both arms' stories alike: neither of them gives notice any more.
        open_ = self.ends.competing[who] > 7.0 * week
        self.retention.follow(who[open_], week, untreated[open_], draw[open_])
        self.retention.close(week)
        leaves = at_risk & (draw < hazard)
        self._give_notice(who[leaves], week, {name: values[leaves] for name, values in parts.items()})
        self._end_otherwise(who[at_risk & ~leaves], week)
        self._keep(who, week, at_risk, {**parts, "treatment": term}, hazard, leaves)

    def _give_notice(self, who: np.ndarray, week: int, parts: dict[str, np.ndarray]) -> None:
        self.ends.notice[who] = self._afternoon(len(who), week)
        self.ends.ended[who] = np.floor(self.ends.notice[who]) + p.NOTICE_DAYS
        self.ends.reason[who] = _told_reason(parts, self.rng, len(who))

    def _afternoon(self, n: int, week: int) -> np.ndarray:
        """A time between 12:00 and 22:00 on a day of the week, so after the contacts of its first morning."""
        return 7 * week + self.rng.integers(0, 7, n) + 0.5 + self.rng.uniform(0, 10 / 24, n)

    def _end_otherwise(self, who: np.ndarray, week: int) -> None:
        draw = self.rng.random(len(who))
        at = self._afternoon(len(who), week)
        dead = draw < p.DECEASED
        moved = ~dead & (draw < p.DECEASED + p.MOVED_ABROAD)
        self.ends.competing[who[dead | moved]] = at[dead | moved]
        self.ends.ended[who[dead]] = at[dead]
        self.ends.reason[who[dead]] = "deceased"
        self.ends.notice[who[moved]] = at[moved]
        self.ends.ended[who[moved]] = np.floor(at[moved]) + p.NOTICE_DAYS
        self.ends.reason[who[moved]] = "moved_abroad"

    def _keep(
        self,
        who: np.ndarray,
        week: int,
        at_risk: np.ndarray,
        parts: dict[str, np.ndarray],
        hazard: np.ndarray,
        leaves: np.ndarray,
    ) -> None:
        row = {name: values[at_risk].astype(np.float32) for name, values in parts.items()}
        keys = {"customer": who[at_risk].astype(np.int32), "week": np.int16(week)}
        self.truth.append(pd.DataFrame({**keys, "hazard": hazard[at_risk], "gives_notice": leaves[at_risk], **row}))

    def _live(self, who: np.ndarray, week: int) -> None:
        self.behaviour.live(who, week, self.service.upset[who])
        self.service.live(who, week, self.behaviour.orders[who])
        self.money.live(who, week, self.behaviour.purchases)
        trouble = self.service.slow[who] + self.service.complaints[who]
        self.attention.live(who, week, trouble, self.behaviour.fading[who])

    def history(self) -> History:
        weeks = pd.concat(self.truth, ignore_index=True)
        return History(self.timeline, self.people, self.log, self.ends, weeks, self.retention.outcomes())


def _told_reason(parts: dict[str, np.ndarray], rng: np.random.Generator, n: int) -> np.ndarray:
    """What the leaver writes into the form: the largest cause in most cases, anything in the others."""
    causes = {
        "service": parts["slow_service"] + parts["complaints"] + parts["open_complaint"],
        "price": parts["price_rise"],
        "no_need": parts["usage_decline"] + parts["recency"],
        "competitor": parts["competitor"],
    }
    names = np.array(list(causes))
    largest = np.argmax(np.stack(list(causes.values())), axis=0)
    return np.where(rng.random(n) < 0.7, names[largest], names[rng.integers(0, len(names), n)])
