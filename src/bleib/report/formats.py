"""Figures and days as people of each language write them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}
LEADING = ("$", "£")  # signs that stand before the amount in English
MISSING = "–"
WHOLE_FROM = 10  # currency units: larger amounts are written without cents
UNSURE = 0.005  # a probability so near to 0 or 1 would be rounded to certainty
SMALLEST = 4  # digits behind the point that an amount has at most
MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
           "Dezember"),
}  # fmt: skip


def money_digits(value: float) -> int:
    """Digits behind the point of an amount: none from 10 on, below it two at least, two that tell at most four.

    >>> [money_digits(amount) for amount in (12.3, 9.99, 0.35, 0.035, 0.0042)]
    [0, 2, 2, 3, 4]
    """
    if value is None or math.isnan(value) or round(abs(value), SMALLEST) == 0 or round(abs(value), 2) >= WHOLE_FROM:
        return 0
    return min(SMALLEST, max(2, 1 - math.floor(math.log10(abs(value)))))


@dataclass(frozen=True)
class Formats:
    """How one company's pages write figures; missing figures are a dash."""

    language: Literal["en", "de"]
    currency: str

    @property
    def sign(self) -> str:
        """The currency as it stands beside an amount."""
        return SIGNS.get(self.currency, self.currency)

    @property
    def sign_leads(self) -> bool:
        """Whether the currency stands before an amount, as dollars and pounds do in English."""
        return self.language == "en" and self.sign in LEADING

    def with_sign(self, figure: str) -> str:
        """A written figure, also with its interval, with the currency: "1,234 €", "$1,234", "−$410 [−499, −346]"."""
        if not self.sign_leads:
            return f"{figure}\u202f{self.sign}"
        minus = "−" if figure.startswith("−") else ""
        return f"{minus}{self.sign}{figure.removeprefix(minus)}"

    def number(self, value: float, digits: int = 0) -> str:
        """1234.5 → "1,234.5" or "1.234,5"."""
        if value is None or math.isnan(value):
            return MISSING
        text = f"{value:z,.{digits}f}".replace("-", "−")
        return text.translate(str.maketrans(",.", ".,")) if self.language == "de" else text

    def percent(self, value: float, digits: int = 0) -> str:
        """A share (0–1) in percent: .314 → "31 %" (a narrow gap that does not break)."""
        return MISSING if value is None or math.isnan(value) else f"{self.number(100 * value, digits)}\u202f%"

    def probability(self, value: float) -> str:
        """A probability (0–1) in percent, never as certain: "31 %", "> 99 %", "< 1 %"."""
        if value >= 1 - UNSURE:
            return f">\u202f{self.percent(0.99)}"
        return f"<\u202f{self.percent(0.01)}" if value <= UNSURE else self.percent(value)

    def money(self, value: float, digits: int | None = None) -> str:
        """Currency units with the currency, as many digits as ``money_digits`` if not asked otherwise: "1,234 €",
        "0.35 €", "$1,234".
        """
        shown = self.number(value, money_digits(value) if digits is None else digits)
        return shown if shown == MISSING else self.with_sign(shown)

    def day(self, day: date | None) -> str:
        """A day in words: "7 June 2025", "7. Juni 2025" (a gap that does not break: a dot looks like a full stop)."""
        if day is None:
            return MISSING
        gap = ".\u00a0" if self.language == "de" else " "
        return f"{day.day}{gap}{MONTHS[self.language][day.month - 1]} {day.year}"

    def short_day(self, day: date | None) -> str:
        """A day in a table: "7 Jun 2025", "07.06.2025"."""
        if day is None:
            return MISSING
        return f"{day:%d.%m.%Y}" if self.language == "de" else f"{day.day} {MONTHS['en'][day.month - 1][:3]} {day.year}"

    def month(self, period: str) -> str:
        """A period key in words: "2025-06" → "Jun 2025"; "2024-07..2025-06" → "Jul 2024 – Jun 2025"."""
        return " – ".join(self._one_month(part) for part in period.split(".."))

    def _one_month(self, key: str) -> str:
        year, month = key.split("-")
        return f"{MONTHS[self.language][int(month) - 1][:3]} {year}"
