"""Who the customers are: everything about them that does not change by what happens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bleib.demo import parameters as p
from bleib.demo.timeline import Timeline

FIRST_NAMES = (
    "Anna", "Bärbel", "Cem", "Dörte", "Elif", "Frank", "Günter", "Hélène", "Ingo", "Jürgen", "Katrin", "Lütfi", "Maja",
    "Nils", "Özlem", "Paul", "Quirin", "Renée", "Sören", "Thea", "Ursula", "Viktor", "Wiebke", "Yusuf", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Albers", "Böhm", "Çelik", "Dreßler", "Eßer", "Fröhlich", "Größe", "Hansen", "Ibáñez", "Jäger", "Köhler", "Lührs",
    "Müller", "Nørgaard", "Öztürk", "Petersen", "Quast", "Röttger", "Schäfer", "Thießen", "Überall", "Voß", "Weiß",
)  # fmt: skip


@dataclass(frozen=True)
class Population:
    """One entry a customer in every array. Times are days since the first day (wall clock), rates are per week."""

    number: np.ndarray  # customer number as text of seven digits
    name: np.ndarray
    joined: np.ndarray  # below 0: before the exports begin
    region: np.ndarray  # position in REGIONS
    segment: np.ndarray  # position in SEGMENTS
    plan: np.ndarray
    contact_allowed: np.ndarray
    frailty: np.ndarray
    gap: np.ndarray  # own mean days between orders
    shape: np.ndarray  # k of the Gamma(k) gaps, 1 to 4
    basket: np.ndarray  # own mean order in euro
    logins: np.ndarray
    tickets: np.ndarray
    elasticity: np.ndarray
    payment_risk: np.ndarray
    redeems: np.ndarray
    satisfaction: np.ndarray
    sets_up: np.ndarray  # week after joining in which the box is set up; 99: never
    response: np.ndarray  # position in RESPONSE

    def __len__(self) -> int:
        return len(self.number)


def populate(rng: np.random.Generator, timeline: Timeline, customers: int) -> Population:
    """Draw the customers: half of them there from the start, the others joining evenly over the time."""
    n = customers
    segment = rng.choice(len(p.SEGMENTS), n, p=p.SEGMENT_SHARES)
    return Population(
        number=_numbers(rng, n),
        name=_names(rng, n),
        joined=_joined(rng, timeline, n),
        region=rng.integers(0, len(p.REGIONS), n),
        segment=segment,
        plan=np.minimum(2, rng.binomial(2, 0.25 + 0.2 * segment / 2, n)),
        contact_allowed=rng.random(n) < 0.88,
        frailty=rng.normal(0, 1, n),
        gap=np.clip(np.exp(rng.normal(np.log(18), 0.5, n)), 5, 70),
        shape=rng.integers(1, 5, n).astype(float),
        basket=np.exp(rng.normal(np.log(32), 0.45, n)) * np.array([1.0, 1.4, 2.2])[segment],
        logins=rng.gamma(3.0, 0.6, n) + 0.2,
        tickets=rng.gamma(0.8, 1 / 0.8, n),
        elasticity=np.exp(rng.normal(-0.3, 0.75, n)),
        payment_risk=rng.beta(0.4, 12, n),
        redeems=rng.random(n) < 0.6,
        satisfaction=rng.normal(0, 0.9, n),
        sets_up=np.where(rng.random(n) < 0.7, rng.integers(0, 4, n), 99),
        response=rng.choice(len(p.RESPONSE), n, p=p.RESPONSE_SHARES),
    )


def _numbers(rng: np.random.Generator, n: int) -> np.ndarray:
    return np.char.zfill(rng.permutation(np.arange(4711, 4711 + 9 * n, 9)).astype(str), 7)


def _names(rng: np.random.Generator, n: int) -> np.ndarray:
    first = np.array(FIRST_NAMES)[rng.integers(0, len(FIRST_NAMES), n)]
    last = np.array(LAST_NAMES)[rng.integers(0, len(LAST_NAMES), n)]
    return np.char.add(np.char.add(first, " "), last)


def _joined(rng: np.random.Generator, timeline: Timeline, n: int) -> np.ndarray:
    before = -rng.gamma(1.3, 400, n) - 60
    during = rng.uniform(0, timeline.days - 7, n)
    return np.floor(np.where(np.arange(n) < n // 2, np.maximum(before, -2200), during)) + rng.uniform(0.35, 0.9, n)
