"""Figures as a person reads them, in English and German.

A figure is first rounded as it will be shown (``rounded``), so that comparisons are made between the figures that the
reader sees, then written (``written``). In a finished sentence the words around a 1 lose their plural (``singular``).
"""

from __future__ import annotations

import re
from typing import Literal

import numpy as np

from bleib.settings import Language

UnitClass = Literal["share", "money", "duration", "other"]

# From which size on a figure is shown without decimals, and how many decimals smaller ones have at most.
WHOLE_FROM: dict[UnitClass, float] = {"share": 10.0, "money": 100.0, "duration": 2.0, "other": 10.0}
DECIMALS: dict[UnitClass, int] = {"share": 1, "money": 2, "duration": 1, "other": 1}

VERBS: dict[Language, dict[str, str]] = {
    "en": {"are": "is", "were": "was", "have": "has", "lie": "lies"},
    "de": {"sind": "ist", "waren": "war", "wurden": "wurde", "haben": "hat", "blieben": "blieb", "liegen": "liegt"},
}

# German plurals (also dative): singular and gender, which decides the ending of an adjective before it.
GERMAN_NOUNS: dict[str, tuple[str, str]] = {
    "Tage": ("Tag", "m"),
    "Tagen": ("Tag", "m"),
    "Wochen": ("Woche", "f"),
    "Monate": ("Monat", "m"),
    "Monaten": ("Monat", "m"),
    "Jahre": ("Jahr", "n"),
    "Jahren": ("Jahr", "n"),
    "Stunden": ("Stunde", "f"),
    "Minuten": ("Minute", "f"),
    "Bestellungen": ("Bestellung", "f"),
    "Käufe": ("Kauf", "m"),
    "Käufen": ("Kauf", "m"),
    "Einkäufe": ("Einkauf", "m"),
    "Einkäufen": ("Einkauf", "m"),
    "Vorgänge": ("Vorgang", "m"),
    "Anfragen": ("Anfrage", "f"),
    "Serviceanfragen": ("Serviceanfrage", "f"),
    "Tickets": ("Ticket", "n"),
    "Beschwerden": ("Beschwerde", "f"),
    "Rechnungen": ("Rechnung", "f"),
    "Zahlungen": ("Zahlung", "f"),
    "Abbuchungen": ("Abbuchung", "f"),
    "Mahnungen": ("Mahnung", "f"),
    "Kampagnen": ("Kampagne", "f"),
    "Nachrichten": ("Nachricht", "f"),
    "Anmeldungen": ("Anmeldung", "f"),
    "Logins": ("Login", "m"),
    "Aktivitäten": ("Aktivität", "f"),
    "Kontakte": ("Kontakt", "m"),
    "Kontakten": ("Kontakt", "m"),
    "Kategorien": ("Kategorie", "f"),
    "Warengruppen": ("Warengruppe", "f"),
    "Kanäle": ("Kanal", "m"),
    "Kanälen": ("Kanal", "m"),
    "Themen": ("Thema", "n"),
    "Artikeln": ("Artikel", "m"),
    "Umfragen": ("Umfrage", "f"),
    "Antworten": ("Antwort", "f"),
    "Punkte": ("Punkt", "m"),
    "Punkten": ("Punkt", "m"),
    "Treuepunkte": ("Treuepunkt", "m"),
    "Ereignisse": ("Ereignis", "n"),
    "Ereignissen": ("Ereignis", "n"),
    "Verträge": ("Vertrag", "m"),
    "Verträgen": ("Vertrag", "m"),
    "Abmeldungen": ("Abmeldung", "f"),
    "Kündigungen": ("Kündigung", "f"),
    "Rücksendungen": ("Rücksendung", "f"),
    "Retouren": ("Retoure", "f"),
    "Preiserhöhungen": ("Preiserhöhung", "f"),
    "Rabatte": ("Rabatt", "m"),
    "Gutscheine": ("Gutschein", "m"),
    "Einlösungen": ("Einlösung", "f"),
    "Klicks": ("Klick", "m"),
    "Mails": ("Mail", "f"),
    "Besuche": ("Besuch", "m"),
    "Buchungen": ("Buchung", "f"),
    "Nutzungen": ("Nutzung", "f"),
    "Sitzungen": ("Sitzung", "f"),
    "Push-Nachrichten": ("Push-Nachricht", "f"),
    "Einrichtungen": ("Einrichtung", "f"),
    "Community-Beiträge": ("Community-Beitrag", "m"),
}
ADJECTIVE_ENDING = {"m": "er", "f": "e", "n": "es"}
ENGLISH_PLURAL = re.compile(r"^[a-z-]{2,}[^su]s$")
# Words that may stand between the figure and its noun ("1 fewer opened push message"), and those that end the search
# for it ("1 of 10 days").
BEFORE_NOUN: dict[Language, int] = {"en": 3, "de": 1}
NO_NOUN_BEHIND: dict[Language, frozenset[str]] = {
    "en": frozenset(("after", "and", "before", "by", "for", "in", "of", "on", "or", "out", "per", "than", "the", "to")),
    "de": frozenset(("unserer", "der", "von")),
}
LESS_THAN_ONE: dict[Language, dict[str, str]] = {
    "en": {"day": "less than a day", "hour": "less than an hour"},
    "de": {"day": "weniger als ein Tag", "hour": "weniger als eine Stunde"},
}

GERMAN_PLURAL = r"[A-ZÄÖÜ][\w-]*(?:en|e|s|er)\b"

# "Only 0 orders" is "no orders", and before anything but a plain noun ("only 0 EUR", "only 0%") the "only" goes; a part
# of a day is "less than a day"; 1 time is once, but not in "1 times the usual gap".
IDIOMS: dict[Language, tuple[tuple[re.Pattern[str], str], ...]] = {
    "en": (
        (re.compile(r"\bonly 0 (?=[a-z])(?!days)"), "no "),
        (re.compile(r"\b(?:only )?0(?:\.\d)? days ago\b"), "less than a day ago"),
        (re.compile(r"\bfor (?:only )?0(?:\.\d)? days\b"), "for less than a day"),
        (re.compile(r"\bin 0(?:\.\d)? days\b"), "today"),
        (re.compile(r"\b0(?:\.\d)? days since\b"), "less than a day since"),
        (re.compile(r"\bonly 0(?:\.\d)? days old\b"), "less than a day old"),
        (re.compile(r"^0 (?=[a-z])"), "no "),
        (re.compile(r"\bthan 100% of the customers\b"), "than all other customers"),
        (re.compile(r"\bthe 0% of the customers\b"), "the customers"),
        (re.compile(r"\bonly 0(?![.\d])"), "0"),
        (re.compile(r"(?<![\d.,])1 times?\b(?! the)"), "once"),
        (re.compile(r"(?<![\d.,])2 times\b(?! the)"), "twice"),
    ),
    "de": (
        (re.compile(rf"(?:\bnur |^)0 (?={GERMAN_PLURAL})"), "keine "),
        (re.compile(rf"(?:\bnur |^)0 ([a-zäöüß]+e) (?={GERMAN_PLURAL})"), r"keine \1n "),
        (re.compile(r"\bin 0(?:,\d)? Tagen\b"), "heute"),
        (re.compile(r"\b0(?:,\d)? Tage seit\b"), "weniger als ein Tag seit"),
        (re.compile(r"\berst 0(?:,\d)? Tage alt\b"), "weniger als einen Tag alt"),
        (re.compile(r"\bals 100 % der Kundschaft\b"), "als alle anderen"),
        (re.compile(r"\bden 0 % der Kundschaft\b"), "den Kunden"),
        (re.compile(r"\b(?:erst )?(vor|seit) 0(?:,\d)? Tagen\b"), r"\1 weniger als einem Tag"),
        (re.compile(r"\bnur 0(?![,\d])"), "0"),
        (re.compile(r"(?<![\d.,])1-mal\b"), "einmal"),
        (re.compile(r"(?<![\d.,])2-mal\b"), "zweimal"),
    ),
}


def unit_class(unit: str) -> UnitClass:
    """How figures of a feature's unit are shown: currency as money, shares in percent, days and hours as durations."""
    head = unit.strip().lower().split(" ")[0]
    if head in ("currency", "money"):
        return "money"
    if head in ("share", "probability", "%"):
        return "share"
    if head in ("days", "day", "hours", "hour", "weeks", "months"):
        return "duration"
    return "other"


def rounded(values: np.ndarray, unit: str) -> np.ndarray:
    """The figures as they are shown (shares in percent), halves up; NaN stays NaN."""
    kind = unit_class(unit)
    scaled = np.asarray(values, dtype=np.float64) * (100.0 if kind == "share" else 1.0)
    fine = 10.0 ** DECIMALS[kind]
    # The sixth decimal absorbs that a figure such as 0.15 is stored a little below itself.
    decimal = np.floor(np.round(scaled * fine, 6) + 0.5) / fine
    whole = np.floor(np.round(scaled, 6) + 0.5)
    if kind == "share":  # 99.7 % are not all
        whole = np.where((scaled < 100) & (whole >= 100), 99.0, whole)
    return np.where(np.abs(decimal) >= WHOLE_FROM[kind], whole, decimal) + 0.0


def written(value: float, unit: str, language: Language, currency: str) -> str:
    """A figure in words: ``1,234 EUR`` or ``1.234 EUR``, ``35%`` or ``35 %``, ``12``, ``2.3`` or ``2,3``."""
    kind = unit_class(unit)
    shown = float(rounded(np.array([value]), unit)[0])
    text = f"{shown:,.0f}" if shown.is_integer() else f"{shown:,.{DECIMALS[kind]}f}"
    if language == "de":
        text = text.translate(str.maketrans(",.", ".,"))
    text = text.replace("-", "−")
    if kind == "money":
        return f"{text} {currency}"
    if kind == "share":
        return f"{text} %" if language == "de" else f"{text}%"
    return text


def less_than_one(value: float, unit: str, language: Language) -> str:
    """What a part of a day or of an hour is called where it stands alone; empty for other figures and units."""
    shown, head = rounded(np.array([value]), unit)[0], unit.strip().lower().split(" ")[0].removesuffix("s")
    return LESS_THAN_ONE[language].get(head, "") if 0 <= shown < 1 else ""


def idiomatic(sentence: str, language: Language) -> str:
    """Small figures as people say them: ``only 0 orders`` → ``no orders``, ``2 times`` → ``twice``."""
    for pattern, told in IDIOMS[language]:
        sentence = pattern.sub(told, sentence)
    return sentence


def singular(sentence: str, language: Language) -> str:
    """The sentence with the plural taken off around every figure 1: ``1 days`` → ``1 day``.

    In German the adjective changes with it: ``1 offene Tickets`` → ``1 offenes Ticket``.

    At most one adjective (in English three) may stand between the figure and its noun, and a verb directly before or
    after them.
    """
    words = sentence.split(" ")
    for place, word in enumerate(words):
        if word.strip("(") == "1" and words[place + 1 : place + 3] != ["times", "the"]:
            _singular_at(words, place, language)
    return " ".join(words)


def _singular_at(words: list[str], place: int, language: Language) -> None:
    for noun in range(place + 1, min(place + BEFORE_NOUN[language] + 2, len(words))):
        if words[noun] in NO_NOUN_BEHIND[language]:
            return
        if _to_singular(words, noun, language):
            if noun == place + 2 and language == "de":
                words[place + 1] = _adjective(words[place + 1], words[noun])
            for verb in (place - 1, noun + 1):
                if 0 <= verb < len(words):
                    words[verb] = _bare(words[verb], VERBS[language])
            return


def _to_singular(words: list[str], place: int, language: Language) -> bool:
    bare, tail = _split_tail(words[place])
    if language == "de":
        one = GERMAN_NOUNS.get(bare, ("", ""))[0]
    elif bare.endswith("ies") and len(bare) > 4:
        one = bare[:-3] + "y"
    else:
        one = bare[:-1] if ENGLISH_PLURAL.match(bare) else ""
    if one:
        words[place] = one + tail
    return bool(one)


def _adjective(word: str, noun: str) -> str:
    gender = dict(GERMAN_NOUNS.values())[_split_tail(noun)[0]]
    return word[:-1] + ADJECTIVE_ENDING[gender] if word.endswith("e") else word


def _bare(word: str, table: dict[str, str]) -> str:
    bare, tail = _split_tail(word)
    return table.get(bare, bare) + tail


def _split_tail(word: str) -> tuple[str, str]:
    bare = word.rstrip(".,;:)")
    return bare, word[len(bare) :]
