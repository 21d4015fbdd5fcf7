"""Retention contacts with random assignment, and what would have happened under the other arm.

Both potential outcomes (Rubin, J. Educ. Psychol. 66, 1974) of a contact use the same random number a week, so that the
type of a customer (persuadable, sure thing, lost cause, sleeping dog) is defined for each contact, not only on average.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bleib.demo import parameters as p
from bleib.demo.hazard import probability
from bleib.demo.log import EventLog
from bleib.demo.population import Population
from bleib.demo.timeline import daytime

FIRST_WEEK = 12
TYPES = {
    (True, False): "persuadable",
    (False, False): "sure_thing",
    (True, True): "lost_cause",
    (False, True): "sleeping_dog",
}


class Retention:
    """State of the running contact of each customer, at most one at a time."""

    def __init__(self, rng: np.random.Generator, people: Population, log: EventLog) -> None:
        self._rng, self._people, self._log = rng, people, log
        n = len(people)
        self._week = np.full(n, -99)
        self._treated = np.zeros(n, dtype=bool)
        self._effect = np.zeros(n)
        self._number = np.full(n, -1)
        self._outcomes: list[pd.DataFrame] = []
        self._leaves = np.zeros((n, 2), dtype=bool)  # left since the contact: held out, treated
        self._contacts = 0

    def choose(self, who: np.ndarray, week: int, drivers: dict[str, np.ndarray]) -> None:
        """Pick customers by the company's own rule of thumb, draw campaign and arm, and log them."""
        if week < FIRST_WEEK or week % p.CAMPAIGN_EVERY_WEEKS:
            return
        free = self._people.contact_allowed[who] & (week - self._week[who] > p.OUTCOME_WEEKS)
        worry = drivers["usage_decline"] + drivers["recency"] + drivers["slow_service"] + drivers["price_rise"]
        worry = np.where(free, worry + self._rng.normal(0, 0.7, len(who)), -np.inf)
        wanted = min(int(free.sum()), round(p.CAMPAIGN_SHARE * len(who)))
        chosen = np.sort(np.argsort(-worry, kind="stable")[:wanted])
        self._assign(who[chosen], week, {name: values[chosen] for name, values in drivers.items()})

    def _assign(self, who: np.ndarray, week: int, drivers: dict[str, np.ndarray]) -> None:
        rng, n = self._rng, len(who)
        campaign = rng.integers(0, len(p.CAMPAIGNS), n)
        share = np.array([p.TREATED_SHARE[s] for s in p.SEGMENTS])[self._people.segment[who]]
        treated = rng.random(n) < share
        self._week[who], self._treated[who] = week, treated
        self._effect[who] = self._effects(who, campaign, drivers)
        self._number[who] = self._contacts + np.arange(n)
        self._leaves[who] = False
        self._contacts += n
        self._write(who, week, campaign, treated, np.where(treated, share, 1 - share))

    def _effects(self, who: np.ndarray, campaign: np.ndarray, drivers: dict[str, np.ndarray]) -> np.ndarray:
        service = drivers["slow_service"] + drivers["complaints"] + drivers["open_complaint"] > 0.3
        causes = np.stack([service, drivers["price_rise"] > 0, drivers["usage_decline"] + drivers["recency"] > 0.4])
        meets = causes[campaign, np.arange(len(who))]
        helps = np.where(meets, p.TREATMENT_HITS, p.TREATMENT_MISSES)
        response = self._people.response[who]
        return np.select([response == 0, response == 1], [helps, 0.0], p.TREATMENT_IRRITATES)

    def _write(self, who: np.ndarray, week: int, campaign: np.ndarray, treated: np.ndarray, share: np.ndarray) -> None:
        rng, n = self._rng, len(who)
        at = np.floor(7.0 * week) + np.round(rng.uniform(8, 11.5, n) * 60) / 1440
        by_mail = treated & (campaign > 0)
        opened = np.where(by_mail & (rng.random(n) < 0.5), daytime(rng, at + 1), np.nan)
        clicked = np.where(rng.random(n) < 0.3, opened + 0.01, np.nan)
        self._log.add(
            "contacts", who, at, campaign=np.take(p.CAMPAIGNS, campaign),
            channel=np.where(campaign > 0, "mail", "phone"),
            arm=np.where(treated, "treated", "held_out"), propensity=share,
            cost=np.where(treated, np.take(p.CAMPAIGN_COSTS, campaign), 0.0),
            opened=opened, clicked=clicked, unsubscribed=np.nan, number=self._number[who],
        )  # fmt: skip

    def term(self, who: np.ndarray, week: int) -> np.ndarray:
        """The term of the hazard, log-odds, by the arm that was drawn."""
        return np.where(self._treated[who], self._running(who, week), 0.0)

    def _running(self, who: np.ndarray, week: int) -> np.ndarray:
        return np.where(week - self._week[who] < p.TREATMENT_WEEKS, self._effect[who], 0.0)

    def follow(self, who: np.ndarray, week: int, untreated: np.ndarray, draw: np.ndarray) -> None:
        """Carry both outcomes one week on from the log-odds without the term and the week's random number."""
        runs = week - self._week[who] < p.OUTCOME_WEEKS
        held_out = draw < probability(untreated)
        treated = draw < probability(untreated + self._running(who, week))
        self._leaves[who[runs], 0] |= held_out[runs]
        self._leaves[who[runs], 1] |= treated[runs]

    def close(self, week: int) -> None:
        """Keep the outcomes of the contacts whose eight weeks end with this week."""
        done = np.flatnonzero(week - self._week == p.OUTCOME_WEEKS - 1)
        leaves = self._leaves[done]
        self._outcomes.append(
            pd.DataFrame(
                {
                    "number": self._number[done],
                    "customer": done,
                    "week": self._week[done],
                    "treated": self._treated[done],
                    "effect": self._effect[done],
                    "left_if_held_out": leaves[:, 0],
                    "left_if_treated": leaves[:, 1],
                    "type": [TYPES[bool(a), bool(b)] for a, b in leaves],
                }
            )
        )

    def outcomes(self) -> pd.DataFrame:
        """One contact whose eight weeks are over: both outcomes, the type, the true effect (log-odds)."""
        return pd.concat(self._outcomes, ignore_index=True)
