"""What the company asks and sends: surveys, discounts for the unhappy, newsletters."""

from __future__ import annotations

import numpy as np

from bleib.demo import parameters as p
from bleib.demo.hazard import decay
from bleib.demo.log import EventLog
from bleib.demo.population import Population
from bleib.demo.timeline import daytime

SURVEY_EVERY = 13
NEWSLETTER_EVERY = 4


class Attention:
    """State of the last NPS answer and of discounts."""

    def __init__(self, rng: np.random.Generator, people: Population, log: EventLog) -> None:
        self._rng, self._people, self._log = rng, people, log
        n = len(people)
        self._phase = rng.integers(0, SURVEY_EVERY, n)
        self._answer = np.full(n, np.nan)
        self.fall = np.zeros(n)
        self._discount_until = np.full(n, -np.inf)
        self._subscribed = people.contact_allowed.copy()

    def drivers(self, who: np.ndarray, now: float) -> dict[str, np.ndarray]:
        """Fall of the NPS answer and a running discount at the start of a week."""
        return {"nps_fall": self.fall[who], "discount": (self._discount_until[who] > now).astype(float)}

    def live(self, who: np.ndarray, week: int, trouble: np.ndarray, fading: np.ndarray) -> None:
        """One week. ``trouble``: slow answers and complaints in memory; ``fading``: hidden disengagement."""
        self.fall[who] *= decay(p.NPS_HALF_LIFE)
        asked = (week + self._phase[who]) % SURVEY_EVERY == 0
        self._survey(who[asked], week, trouble[asked], fading[asked])
        self._appease(who, week, trouble)
        if week % NEWSLETTER_EVERY == 1:
            self._newsletter(who[self._subscribed[who]], week)

    def _survey(self, who: np.ndarray, week: int, trouble: np.ndarray, fading: np.ndarray) -> None:
        rng, n = self._rng, len(who)
        sent = np.full(n, 7 * week + 1 + 9 / 24)
        answers = rng.random(n) < 0.4
        mood = 8.4 + self._people.satisfaction[who] - 1.4 * trouble - 1.2 * fading + rng.normal(0, 1.1, n)
        score = np.clip(np.round(mood), 0, 10)
        answered = np.where(answers, daytime(rng, sent + rng.uniform(0, 5, n)) + 0.1, np.nan)
        score = np.where(answers, score, np.nan)
        self._log.add("surveys", who, sent, answered=answered, score=score)
        fallen = np.clip(self._answer[who] - score, 0, 6)
        told, again = who[answers], answers & np.isfinite(fallen)
        self.fall[who[again]] = fallen[again]
        self._answer[told] = score[answers]

    def _appease(self, who: np.ndarray, week: int, trouble: np.ndarray) -> None:
        unhappy = trouble + 0.25 * self.fall[who]
        chance = np.where(unhappy > 0.6, 0.12, 0.004)
        lucky = (self._rng.random(len(who)) < chance) & (self._discount_until[who] < 7 * week)
        given = who[lucky]
        at = daytime(self._rng, 7 * week + self._rng.uniform(0, 7, len(given)))
        self._discount_until[given] = 7 * (week + p.DISCOUNT_WEEKS)
        percent = self._rng.choice([10.0, 15.0, 20.0], len(given))
        self._log.add("price_changes", given, at, kind="Rabatt", told=at, amount=percent)

    def _newsletter(self, who: np.ndarray, week: int) -> None:
        rng, n = self._rng, len(who)
        sent = np.full(n, 7 * week + 3 + 8 / 24)
        opened = np.where(rng.random(n) < 0.35, sent + rng.exponential(0.6, n), np.nan)
        clicked = np.where(rng.random(n) < 0.2, opened + 0.002, np.nan)
        leaves = np.isfinite(opened) & (rng.random(n) < 0.01)
        self._log.add(
            "contacts", who, sent, campaign="newsletter", channel="mail", arm="", propensity=np.nan, cost=0.0,
            opened=opened, clicked=clicked, unsubscribed=np.where(leaves, opened + 0.003, np.nan), number=-1,
        )  # fmt: skip
        self._subscribed[who[leaves]] = False
