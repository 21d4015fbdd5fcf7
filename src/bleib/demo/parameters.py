"""Every number that Nordlicht Box is made of: the coefficients of leaving and the rates of what its customers do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

TIME_ZONE = "Europe/Berlin"
DATA_END = date(2026, 6, 29)  # a Monday: the weeks of the company begin on Mondays


@dataclass(frozen=True)
class Coefficient:
    """One term of the weekly hazard: log-odds of giving notice = intercept + sum of ``value`` × driver.

    ``seen`` says whether the driver can be worked out from the exports (``truth`` terms cannot).
    """

    name: str
    value: float
    family: str
    seen: bool
    meaning: str


INTERCEPT = -8.5

COEFFICIENTS: tuple[Coefficient, ...] = (
    Coefficient("frailty", 1.2, "", False, "what nobody records: normal, mean 0, standard deviation 1, for life"),
    Coefficient("season", 0.25, "", True, "cosine of the year, highest on 20 January"),
    Coefficient("holidays", -0.5, "", True, "1 in the weeks of Easter and of Christmas to New Year"),
    Coefficient("onboarding", 1.5, "onboarding", True, "weeks 1–6: 0.9 0.8 0.7 0.5 0.35 0.2; × 0.4 once set up"),
    Coefficient("recency", 1.15, "recency", True, "days since the last order ÷ own mean gap, less 1, between 0 and 3"),
    Coefficient("usage_decline", 2.5, "frequency", True, "log of slow ÷ fast moving mean of weekly logins, 0 to 2"),
    Coefficient(
        "slow_service", 1.4, "tickets", True, "tickets answered after more than 24 h, half-life 4 weeks, at most 3"
    ),
    Coefficient(
        "complaints", 0.9, "complaints", True, "complaints, half-life 6 weeks, halved by a quick solution, at most 3"
    ),
    Coefficient("open_complaint", 1.4, "complaints", True, "1 while a complaint is unresolved"),
    Coefficient(
        "price_rise",
        1.5,
        "price",
        True,
        "announced rise in tens of percent × own elasticity (hidden), until 6 weeks after",
    ),
    Coefficient("renewal_near", 1.2, "contract", True, "1 in the six weeks before the yearly renewal"),
    Coefficient("failed_payments", 1.3, "payments", True, "failed collections, half-life 5 weeks, at most 3"),
    Coefficient("dormant_points", 1.7, "loyalty", True, "log(1 + points ÷ 500) × share of the year without redemption"),
    Coefficient("nps_fall", 0.25, "satisfaction", True, "points by which the last answer fell, half-life 10 weeks"),
    Coefficient("competitor", 0.7, "", False, "1 in a region and the weeks in which a competitor advertises there"),
    Coefficient("discount", -0.5, "price", True, "1 for eight weeks from a discount; unhappy customers are given it"),
)

# Weeks and days that shape the drivers.
ONBOARDING = (0.9, 0.8, 0.7, 0.5, 0.35, 0.2)
SET_UP_FACTOR = 0.4
SLOW_HOURS = 24.0
SLOW_HALF_LIFE = 4.0
COMPLAINT_HALF_LIFE = 6.0
FAILED_HALF_LIFE = 5.0
NPS_HALF_LIFE = 10.0
FAST_HALF_LIFE = 3.0
SLOW_USAGE_HALF_LIFE = 30.0
PRICE_NOTICE_DAYS = 28
PRICE_MEMORY_DAYS = 42
RENEWAL_NEAR_DAYS = 42
DISCOUNT_WEEKS = 8
NOTICE_DAYS = 30

# The competitor: (region, first week before the end of the data, length in weeks).
COMPETITOR = (("Süd", 80, 10), ("Ost", 52, 12), ("Nord", 26, 10), ("West", 9, 9))

# Ends for competing reasons, per customer and week.
DECEASED = 0.00012
MOVED_ABROAD = 0.0003

REGIONS = ("Nord", "Süd", "Ost", "West")
SEGMENTS = ("Privat", "Familie", "Gewerbe")
SEGMENT_SHARES = (0.55, 0.3, 0.15)
PLANS = ("Basis", "Plus", "Premium")
PLAN_FEES = (9.90, 19.90, 34.90)

# Retention: how a customer takes a call or an offer, and how far it helps where it meets the cause or misses it.
RESPONSE = ("open", "indifferent", "irritable")
RESPONSE_SHARES = (0.6, 0.25, 0.15)
CAMPAIGNS = ("service_call", "discount_offer", "check_in")
CAMPAIGN_COSTS = (12.0, 8.0, 4.0)
TREATMENT_HITS = -1.8
TREATMENT_MISSES = -0.3
TREATMENT_IRRITATES = 0.9
TREATMENT_WEEKS = 8
OUTCOME_WEEKS = 8
CAMPAIGN_EVERY_WEEKS = 4
CAMPAIGN_SHARE = 0.07
TREATED_SHARE = {"Privat": 0.7, "Familie": 0.7, "Gewerbe": 0.5}


def coefficients() -> dict[str, float]:
    """The terms of the hazard by name."""
    return {c.name: c.value for c in COEFFICIENTS}
