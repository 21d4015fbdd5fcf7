from __future__ import annotations

import numpy as np
import pytest

from bleib.features.nouns import NOUNS
from bleib.reasons.words import Language, idiomatic, rounded, singular, written


@pytest.mark.parametrize(
    ("value", "unit", "en", "de"),
    [
        (12.4, "days", "12", "12"),
        (1.5, "days", "1.5", "1,5"),
        (1.0, "days", "1", "1"),
        (1234.5, "hours", "1,235", "1.235"),
        (1234.5, "currency", "1,235 EUR", "1.235 EUR"),
        (12.5, "currency", "12.50 EUR", "12,50 EUR"),
        (-35.0, "currency", "−35 EUR", "−35 EUR"),
        (0.354, "share", "35%", "35 %"),
        (0.072, "share", "7.2%", "7,2 %"),
        (0.997, "share", "99%", "99 %"),
        (1.0, "share", "100%", "100 %"),
        (49.5, "events", "50", "50"),
        (2.25, "ratio", "2.3", "2,3"),
        (4.0, "events", "4", "4"),
        (1234.5, "points", "1,235", "1.235"),
        (99.96, "points", "100", "100"),
        (-0.01, "events", "0", "0"),
    ],
)
def test_figure_is_written_for_people(value: float, unit: str, en: str, de: str) -> None:
    assert (written(value, unit, "en", "EUR"), written(value, unit, "de", "EUR")) == (en, de)


def test_halves_are_rounded_up_whatever_their_binary_fraction() -> None:
    assert rounded(np.array([2.5, 3.5, 0.15, 0.25, np.nan]), "days").tolist()[:4] == [3.0, 4.0, 0.2, 0.3]
    assert np.isnan(rounded(np.array([np.nan]), "days")).all()


@pytest.mark.parametrize(
    ("language", "plural", "one"),
    [
        ("en", "no order for 1 days (typical here: 12)", "no order for 1 day (typical here: 12)"),
        ("en", "1 open tickets", "1 open ticket"),
        ("en", "there are 1 open tickets", "there is 1 open ticket"),
        ("en", "only 1 categories in the last 91 days", "only 1 category in the last 91 days"),
        ("en", "silent for 1 times the customer’s own gap", "silent for 1 times the customer’s own gap"),
        ("en", "1.1 times and 11 orders", "1.1 times and 11 orders"),
        ("en", "a complaint of severity 1 (typical here: 1)", "a complaint of severity 1 (typical here: 1)"),
        ("de", "seit 1 Tagen keine Bestellung", "seit 1 Tag keine Bestellung"),
        ("de", "1 offene Tickets (üblich hier: 0)", "1 offenes Ticket (üblich hier: 0)"),
        ("de", "1 ungelöste Beschwerden", "1 ungelöste Beschwerde"),
        ("de", "nur 1 laufende Verträge", "nur 1 laufender Vertrag"),
        ("de", "im Mittel 1 Stunden gewartet", "im Mittel 1 Stunde gewartet"),
        ("de", "es sind 1 Rechnungen offen", "es ist 1 Rechnung offen"),
        ("de", "seit dem 1,1-Fachen still", "seit dem 1,1-Fachen still"),
    ],
)
def test_word_behind_a_one_loses_its_plural(language: Language, plural: str, one: str) -> None:
    assert singular(plural, language) == one


@pytest.mark.parametrize(
    ("language", "figure", "told"),
    [
        ("en", "only 0 orders in the last 28 days", "no orders in the last 28 days"),
        ("en", "spent only 0 EUR so far", "spent 0 EUR so far"),
        ("en", "opened only 0% of our mails", "opened 0% of our mails"),
        ("en", "opened only 0.5% of our mails", "opened only 0.5% of our mails"),
        ("en", "complained only 0.1 days ago", "complained less than a day ago"),
        ("en", "no order for 0 days (typical here: 12)", "no order for less than a day (typical here: 12)"),
        ("en", "10.1 days ago, for 10 days", "10.1 days ago, for 10 days"),
        ("de", "erst vor 0,4 Tagen beschwert", "vor weniger als einem Tag beschwert"),
        ("de", "seit 10,4 Tagen", "seit 10,4 Tagen"),
        ("en", "came back 1 times, 2 times, 21 times", "came back once, twice, 21 times"),
        ("en", "silent for 2 times the usual gap", "silent for 2 times the usual gap"),
        ("de", "hat schon 1-mal gekündigt, 2-mal, 21-mal", "hat schon einmal gekündigt, zweimal, 21-mal"),
        ("de", "nur 0 Bestellungen in den letzten 28 Tagen", "keine Bestellungen in den letzten 28 Tagen"),
        ("de", "bisher nur 0 EUR Umsatz", "bisher 0 EUR Umsatz"),
        ("de", "nur 0 Stück in den letzten 91 Tagen", "0 Stück in den letzten 91 Tagen"),
        ("de", "nur 0 laufende Verträge", "keine laufenden Verträge"),
        ("en", "the contract is up for renewal in 0 days", "the contract is up for renewal today"),
        ("de", "die Verlängerung steht in 0,4 Tagen an", "die Verlängerung steht heute an"),
        ("de", "die Verlängerung steht in 10 Tagen an", "die Verlängerung steht in 10 Tagen an"),
        ("de", "nur 0,5 % unserer Mails geöffnet", "nur 0,5 % unserer Mails geöffnet"),
    ],
)
def test_small_figures_are_told_as_people_say_them(language: Language, figure: str, told: str) -> None:
    assert idiomatic(figure, language) == told


@pytest.mark.parametrize("kind", sorted(NOUNS))
def test_every_noun_of_the_features_loses_its_plural_behind_a_one(kind: str) -> None:
    one_en, many_en, one_de, many_de, _ = NOUNS[kind]
    assert singular(f"1 {many_en} in the last 14 days", "en") == f"1 {one_en} in the last 14 days"
    assert singular(f"1 {many_de} in den letzten 14 Tagen", "de") == f"1 {one_de} in den letzten 14 Tagen"
