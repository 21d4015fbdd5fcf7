"""How kinds of events are called, in English and German."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Noun:
    """How a kind of events is called: one and many, in German with gender (f, m, n)."""

    slug: str  # in feature names
    en: str
    en_many: str
    de: str
    de_many: str
    gender: str = "f"

    @property
    def de_none(self) -> str:
        """Keine Bestellung, kein Einkauf."""
        return f"{'keine' if self.gender == 'f' else 'kein'} {self.de}"

    @property
    def de_first(self) -> str:
        """Erste Bestellung, erster Einkauf, erstes Ticket."""
        ending = {"f": "e", "m": "er", "n": "es"}[self.gender]
        return f"erst{ending} {self.de}"

    def de_since(self, adjective: str) -> str:
        """In the dative: der vorletzten Bestellung, dem vorletzten Einkauf, der letzten stornierten Bestellung."""
        name = re.sub(r"^([a-zäöüß]+e)\b", r"\1n", self.de)  # an adjective before the noun, which alone has a capital
        return f"{'der' if self.gender == 'f' else 'dem'} {adjective}n {name}"


NOUNS: dict[str, tuple[str, str, str, str, str]] = {
    "order": ("order", "orders", "Bestellung", "Bestellungen", "f"),
    "purchase": ("purchase", "purchases", "Einkauf", "Einkäufe", "m"),
    "basket": ("purchase", "purchases", "Einkauf", "Einkäufe", "m"),
    "invoice": ("purchase", "purchases", "Einkauf", "Einkäufe", "m"),
    "transaction": ("transaction", "transactions", "Buchung", "Buchungen", "f"),
    "login": ("login", "logins", "Login", "Logins", "m"),
    "visit": ("visit", "visits", "Besuch", "Besuche", "m"),
    "usage": ("use", "uses", "Nutzung", "Nutzungen", "f"),
    "session": ("session", "sessions", "Sitzung", "Sitzungen", "f"),
    "push_opened": (
        "opened push message",
        "opened push messages",
        "geöffnete Push-Nachricht",
        "geöffnete Push-Nachrichten",
        "f",
    ),
    "return": ("return", "returns", "Retoure", "Retouren", "f"),
    "cancellation": ("cancelled order", "cancelled orders", "stornierte Bestellung", "stornierte Bestellungen", "f"),
    "ticket": ("ticket", "tickets", "Ticket", "Tickets", "n"),
    "help_page": (
        "visit to the help pages",
        "visits to the help pages",
        "Besuch der Hilfeseiten",
        "Besuche der Hilfeseiten",
        "m",
    ),
    "setup_completed": (
        "completed set-up",
        "completed set-ups",
        "abgeschlossene Einrichtung",
        "abgeschlossene Einrichtungen",
        "f",
    ),
    "price_increase": ("price increase", "price increases", "Preiserhöhung", "Preiserhöhungen", "f"),
    "discount": ("discount", "discounts", "Rabatt", "Rabatte", "m"),
    "coupon": ("coupon", "coupons", "Gutschein", "Gutscheine", "m"),
    "community_post": ("community post", "community posts", "Community-Beitrag", "Community-Beiträge", "m"),
}


def slug(text: str) -> str:
    """A kind as it stands in feature names: small letters, digits, underscores."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "event"


def noun(kinds: tuple[str, ...]) -> Noun:
    """The words for events of these kinds; several kinds together are activities."""
    if len(kinds) != 1:
        return Noun("activity", "activity", "activities", "Aktivität", "Aktivitäten")
    kind = kinds[0]
    if kind in NOUNS:
        return Noun(slug(kind), *NOUNS[kind])
    name = kind.replace("_", " ")
    return Noun(slug(kind), f"event “{name}”", f"events “{name}”", f"Ereignis „{name}“", f"Ereignisse „{name}“", "n")
