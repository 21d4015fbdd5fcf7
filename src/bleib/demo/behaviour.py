"""Orders, logins and what follows usage: the customer's own rhythm, and how it fades before the customer goes."""

from __future__ import annotations

import numpy as np

from bleib.demo import parameters as p
from bleib.demo.hazard import decay
from bleib.demo.log import EventLog
from bleib.demo.money import Purchases
from bleib.demo.population import Population
from bleib.demo.timeline import Timeline, daytime

# The log holds positions in these.
ORDER_KINDS = ("Bestellung", "Retoure")
ORDER_CHANNELS = ("web", "app", "Telefon")
GOODS = ("Lebensmittel", "Haushalt", "Spielzeug", "Bücher", "Pflege")
APP_EVENTS = ("login", "push_opened", "help_page", "setup_completed")
PLATFORMS = ("app", "web")
LOGIN, PUSH_OPENED, HELP_PAGE, SETUP_COMPLETED = range(4)
APP, WEB = range(2)
ORDERS_A_WEEK = 4


class Behaviour:
    """State of usage. ``fading`` is the hidden disengagement that slows orders (× e^0.6) and logins (÷ e)."""

    def __init__(self, rng: np.random.Generator, people: Population, timeline: Timeline, log: EventLog) -> None:
        self._rng, self._people, self._timeline, self._log = rng, people, timeline, log
        entry = np.maximum(people.joined, 0.0)
        self.fading = np.where(people.joined < 0, rng.exponential(0.2, len(people)), 0.0)
        self.last_order = entry - np.where(people.joined < 0, people.gap * rng.random(len(people)), 0.0)
        self.next_order = entry + self._gaps(np.arange(len(people))) * rng.random(len(people))
        self.fast = people.logins * np.exp(-self.fading)
        self.slow = people.logins * np.exp(-self.fading / 2)
        self.set_up = np.full(len(people), np.inf)
        self.orders = np.zeros(len(people))  # in the week just simulated
        self.purchases: list[Purchases] = []  # of that week

    def _gaps(self, who: np.ndarray) -> np.ndarray:
        shape = self._people.shape[who]
        stretch = np.exp(0.6 * self.fading[who])
        return np.maximum(self._rng.gamma(shape, self._people.gap[who] / shape) * stretch, 2.0)

    def drivers(self, who: np.ndarray, now: float) -> dict[str, np.ndarray]:
        """Onboarding, recency and usage decline at the start of a week, from what happened before it."""
        age = np.floor((now - self._people.joined[who]) / 7).astype(int)
        bump = np.where((age >= 0) & (age < len(p.ONBOARDING)), np.take(p.ONBOARDING, np.clip(age, 0, 5)), 0.0)
        overdue = (now - self.last_order[who]) / self._people.gap[who] - 1
        decline = np.log((self.slow[who] + 0.3) / (self.fast[who] + 0.3))
        return {
            "onboarding": bump * np.where(self.set_up[who] < now, p.SET_UP_FACTOR, 1.0),
            "recency": np.clip(overdue, 0, 3),
            "usage_decline": np.clip(decline, 0, 2),
        }

    def live(self, who: np.ndarray, week: int, upset: np.ndarray) -> None:
        """One week of orders and logins. ``upset``: slow answers and complaints of the week before."""
        shock = self._rng.random(len(who)) < 0.012
        jump = np.where(shock, self._rng.uniform(0.8, 2.4, len(who)), 0.0)
        self.fading[who] = 0.98 * self.fading[who] + jump + 0.12 * upset
        self._order(who, week)
        self._log_in(who, week)
        self._set_up(who, week)

    def _order(self, who: np.ndarray, week: int) -> None:
        self.orders[who] = 0
        self.purchases = []
        for _ in range(ORDERS_A_WEEK):
            due = who[self.next_order[who] < 7 * (week + 1)]
            at = daytime(self._rng, self.next_order[due])
            amount = np.round(self._people.basket[due] * self._rng.gamma(4.0, 0.25, len(due)) + 3, 2)
            self._write_orders(due, at, amount)
            self.last_order[due] = at
            self.orders[due] += 1
            self.purchases.append((due, at, amount))
            self.next_order[due] += self._gaps(due)

    def _write_orders(self, who: np.ndarray, at: np.ndarray, amount: np.ndarray) -> None:
        rng = self._rng
        common: dict[str, np.ndarray] = {
            "quantity": rng.integers(1, 6, len(who)),
            "channel": rng.choice(3, len(who), p=[0.5, 0.4, 0.1]).astype(np.int8),
            "topic": rng.integers(0, len(GOODS), len(who), dtype=np.int8),
        }
        self._log.add("orders", who, at, kind=np.int8(0), amount=amount, **common)
        back = rng.random(len(who)) < 0.04
        later = daytime(rng, at[back] + rng.integers(3, 15, int(back.sum())))
        returned = {name: values[back] for name, values in common.items()}
        self._log.add("orders", who[back], later, kind=np.int8(1), amount=-amount[back], **returned)

    def _log_in(self, who: np.ndarray, week: int) -> None:
        swing = 1 + 0.15 * self._timeline.season(week) - 0.2 * self._timeline.holiday(week)
        rate = self._people.logins[who] * np.exp(-self.fading[who]) * swing
        count = self._rng.poisson(rate)
        self._spread(LOGIN, who, count, week)
        # The proxy: pushes are opened by those who use the app anyway. Nobody stays or goes for them.
        self._spread(PUSH_OPENED, who, self._rng.poisson(0.35 * rate), week)
        self.fast[who] += (1 - decay(p.FAST_HALF_LIFE)) * (count - self.fast[who])
        self.slow[who] += (1 - decay(p.SLOW_USAGE_HALF_LIFE)) * (count - self.slow[who])

    def _spread(self, kind: int, who: np.ndarray, count: np.ndarray, week: int) -> None:
        customer = np.repeat(who, count)
        at = daytime(self._rng, 7 * week + self._rng.uniform(0, 7, len(customer)))
        channel = np.where(self._rng.random(len(customer)) < 0.6, np.int8(APP), np.int8(WEB))
        self._log.add("logins", customer, at, kind=np.int8(kind), channel=channel)

    def _set_up(self, who: np.ndarray, week: int) -> None:
        age = np.floor(week - self._people.joined[who] / 7)
        now = who[(self._people.sets_up[who] == age) & (self._people.joined[who] >= 0)]
        at = daytime(self._rng, 7 * week + self._rng.uniform(1, 6.9, len(now)))
        self.set_up[now] = at
        self._log.add("logins", now, at, kind=np.int8(SETUP_COMPLETED), channel=np.int8(APP))
