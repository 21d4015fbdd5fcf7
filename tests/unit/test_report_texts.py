from __future__ import annotations

import re
from datetime import date
from string import Formatter

import pytest

from bleib.report.formats import Formats
from bleib.report.texts import TEXTS
from bleib.settings import Language

ENGLISH, GERMAN = Formats("en", "EUR"), Formats("de", "EUR")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_texts() -> None:
    assert set(TEXTS["en"]) == set(TEXTS["de"])
    assert all(text.strip() for texts in TEXTS.values() for text in texts.values())


@pytest.mark.parametrize("key", sorted(TEXTS["en"]))
def test_both_languages_fill_in_the_same_figures(key: str) -> None:
    assert fields(TEXTS["en"][key]) == fields(TEXTS["de"][key])


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_text_speaks_of_purchases_where_a_company_may_live_on_logins(language: Language) -> None:
    word = re.compile("purchase|buyer|basket|käufer|wiederk[aä]uf|einkauf|warenkorb", re.IGNORECASE)
    assert [key for key, text in TEXTS[language].items() if word.search(text)] == []


def test_shares_and_amounts_are_written_as_each_language_does() -> None:
    assert ENGLISH.percent(0.314) == "31\u202f%"
    assert GERMAN.percent(0.314, 1) == "31,4\u202f%"
    assert ENGLISH.money(1234.56) == "1,235\u202f€"
    assert GERMAN.money(1234567) == "1.234.567\u202f€"
    assert Formats("en", "CHF").money(-12) == "−12\u202fCHF"


def test_dollars_and_pounds_stand_before_the_amount_in_english_alone() -> None:
    assert Formats("en", "USD").money(1234.56) == "$1,235"
    assert Formats("en", "GBP").money(-0.4) == "−£0.40"
    assert Formats("en", "USD").money(float("nan")) == "–"
    assert Formats("de", "USD").money(1234.56) == "1.235\u202f$"


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.9996, "> 99"), (0.995, "> 99"), (0.994, "99"), (0.006, "1"), (0.005, "< 1")],
)
def test_no_probability_is_written_as_certain(value: float, written: str) -> None:
    assert ENGLISH.probability(value) == f"{written}\u202f%".replace(" ", "\u202f")


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0.35, "0.35"), (-0.4, "−0.40"), (9.994, "9.99"), (9.996, "10"), (10.4, "10"), (0.0, "0"), (0.035, "0.035"),
        (0.0042, "0.0042"), (0.000042, "0"), (3.0, "3.00"),
    ],
)  # fmt: skip
def test_small_amounts_keep_the_digits_that_tell_them_apart(amount: float, written: str) -> None:
    assert ENGLISH.money(amount) == f"{written}\u202f€"


def test_what_is_rounded_to_nought_has_no_sign() -> None:
    assert Formats("en", "EUR").percent(-0.004) == "0\u202f%"
    assert Formats("de", "EUR").number(-0.4) == "0"
    assert Formats("de", "EUR").money(-0.00002) == "0\u202f€"
    assert Formats("de", "EUR").number(-0.04, 2) == "−0,04"


def test_days_and_months_are_written_as_each_language_does() -> None:
    day = date(2025, 3, 7)
    assert (ENGLISH.day(day), GERMAN.day(day)) == ("7 March 2025", "7.\u00a0März 2025")
    assert (ENGLISH.short_day(day), GERMAN.short_day(day)) == ("7 Mar 2025", "07.03.2025")
    assert GERMAN.month("2024-10..2025-03") == "Okt 2024 – Mär 2025"


def test_a_missing_figure_is_a_dash() -> None:
    assert [ENGLISH.percent(float("nan")), ENGLISH.money(float("nan")), ENGLISH.day(None)] == ["–", "–", "–"]
