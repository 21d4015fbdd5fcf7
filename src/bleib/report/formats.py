"""Figures and days as people of each language write them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}
MISSING = "–"
MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
           "Dezember"),
}  # fmt: skip


@dataclass(frozen=True)
class Formats:
    """How one company's pages write figures; missing figures are a dash."""

    language: Literal["en", "de"]
    currency: str

    def number(self, value: float, digits: int = 0) -> str:
        """1234.5 → "1,234.5" or "1.234,5"."""
        if value is None or math.isnan(value):
            return MISSING
        text = f"{value:z,.{digits}f}".replace("-", "−")
        return text.translate(str.maketrans(",.", ".,")) if self.language == "de" else text

    def percent(self, value: float, digits: int = 0) -> str:
        """A share (0–1) in percent: .314 → "31 %" (a narrow gap that does not break)."""
        return MISSING if value is None or math.isnan(value) else f"{self.number(100 * value, digits)}\u202f%"

    def money(self, value: float, digits: int = 0) -> str:
        """Currency units, whole ones if not asked otherwise, the currency behind: "1,234 €"."""
        shown = self.number(value, digits)
        return shown if shown == MISSING else f"{shown}\u202f{SIGNS.get(self.currency, self.currency)}"

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
