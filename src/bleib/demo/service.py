"""Tickets, the time they wait, the complaints that grow from them."""

from __future__ import annotations

import numpy as np

from bleib.demo import parameters as p
from bleib.demo.behaviour import HELP_PAGE, WEB
from bleib.demo.hazard import decay
from bleib.demo.log import EventLog
from bleib.demo.population import Population
from bleib.demo.timeline import Timeline, daytime

TOPICS = np.array(["Lieferung", "Rechnung", "Technik", "Vertrag"])
CHANNELS = np.array(["mail", "phone", "chat"])
# Weeks before the end in which the service desk is three times slower: (first, length).
BACKLOGS = ((90, 5), (56, 6), (30, 5), (12, 4))


class Service:
    """State of tickets and complaints."""

    def __init__(self, rng: np.random.Generator, people: Population, timeline: Timeline, log: EventLog) -> None:
        self._rng, self._people, self._timeline, self._log = rng, people, timeline, log
        n = len(people)
        self.slow = np.zeros(n)
        self.complaints = np.zeros(n)
        self.open_until = np.full(n, -np.inf)  # of the newest complaint
        self._filed_at = np.full(n, np.inf)  # of a complaint that is on its way
        self._from_ticket = np.zeros(n, dtype=int)
        self._tickets = 0
        self.upset = np.zeros(n)  # slow answers and complaints of the week just simulated

    def drivers(self, who: np.ndarray, now: float) -> dict[str, np.ndarray]:
        """Slow service, complaints and an open complaint at the start of a week."""
        return {
            "slow_service": np.minimum(self.slow[who], 3),
            "complaints": np.minimum(self.complaints[who], 3),
            "open_complaint": (self.open_until[who] > now).astype(float),
        }

    def live(self, who: np.ndarray, week: int, orders: np.ndarray) -> None:
        """One week of tickets and complaints; who orders more, asks more."""
        self.slow[who] *= decay(p.SLOW_HALF_LIFE)
        self.complaints[who] *= decay(p.COMPLAINT_HALF_LIFE)
        self.upset[who] = 0
        rate = self._people.tickets[who] * (0.05 + 0.08 * orders)
        self._open(who[self._rng.random(len(who)) < 1 - np.exp(-rate)], week)
        self._file(who[self._filed_at[who] < 7 * (week + 1)])

    def _backlog(self, week: int) -> float:
        left = self._timeline.weeks - week
        return 3.0 if any(first - length < left <= first for first, length in BACKLOGS) else 1.0

    def _open(self, who: np.ndarray, week: int) -> None:
        rng, n = self._rng, len(who)
        at = daytime(rng, 7 * week + rng.uniform(0, 7, n))
        hours = np.exp(rng.normal(np.log(8 * self._backlog(week)), 1.0, n))
        answered = at + hours / 24
        resolved = np.where(rng.random(n) < 0.07, np.nan, answered + rng.gamma(1.2, 2.0, n))
        reopened = np.where(rng.random(n) < 0.1, resolved + rng.uniform(0.5, 8, n), np.nan)
        is_slow = hours > p.SLOW_HOURS
        self._write_tickets(who, at, answered, resolved, reopened, is_slow)
        self.slow[who] += is_slow
        self.upset[who] += is_slow
        self._annoy(who, at, is_slow)

    def _write_tickets(
        self,
        who: np.ndarray,
        at: np.ndarray,
        answered: np.ndarray,
        resolved: np.ndarray,
        reopened: np.ndarray,
        is_slow: np.ndarray,
    ) -> None:
        rng, n = self._rng, len(who)
        mark = np.clip(np.round(4.3 - 1.6 * is_slow + rng.normal(0, 0.8, n)), 1, 5)
        self._log.add(
            "tickets",
            who,
            at,
            number=self._tickets + np.arange(n),
            answered=answered,
            resolved=resolved,
            reopened=reopened,
            priority=rng.choice(3, n, p=[0.2, 0.6, 0.2]) + 1,
            channel=CHANNELS[rng.choice(3, n, p=[0.5, 0.3, 0.2])],
            topic=TOPICS[rng.choice(4, n, p=[0.5, 0.2, 0.2, 0.1])],
            satisfaction=np.where((rng.random(n) < 0.4) & np.isfinite(resolved), mark, np.nan),
        )
        # The copy of a driver: the slow answer sends people to the help pages, which do nothing by themselves.
        seeks = is_slow & (rng.random(n) < 0.85)
        later = daytime(rng, at[seeks] + 1)
        self._log.add("logins", who[seeks], later, kind=np.int8(HELP_PAGE), channel=np.int8(WEB))
        self._from_ticket[who] = self._tickets + np.arange(n)
        self._tickets += n

    def _annoy(self, who: np.ndarray, at: np.ndarray, is_slow: np.ndarray) -> None:
        complains = (self._rng.random(len(who)) < np.where(is_slow, 0.35, 0.04)) & ~np.isfinite(self._filed_at[who])
        filed = daytime(self._rng, at[complains] + self._rng.integers(2, 8, int(complains.sum())))
        self._filed_at[who[complains]] = filed

    def _file(self, who: np.ndarray) -> None:
        rng, n = self._rng, len(who)
        at = self._filed_at[who]
        answered = at + rng.gamma(1.5, 2.5, n)
        resolved = np.where(rng.random(n) < 0.3, np.inf, answered + rng.gamma(1.5, 6.0, n))
        quick = resolved - at < 7
        paid = np.where(np.isfinite(resolved) & (rng.random(n) < 0.3), np.round(rng.uniform(5, 25, n), 2), np.nan)
        self._log.add(
            "complaints",
            who,
            at,
            answered=answered,
            resolved=np.where(np.isfinite(resolved), resolved, np.nan),
            severity=rng.choice(3, n, p=[0.4, 0.4, 0.2]) + 1,
            topic=TOPICS[rng.choice(4, n, p=[0.5, 0.2, 0.2, 0.1])],
            ticket=self._from_ticket[who],
            compensation=paid,
        )
        self.complaints[who] += np.where(quick, 0.5, 1.0)
        self.upset[who] += 1
        self.open_until[who] = np.maximum(self.open_until[who], resolved)
        self._filed_at[who] = np.inf
