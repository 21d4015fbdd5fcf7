"""Fields of the texts of reasons, plain and with forms."""

from __future__ import annotations

import pytest

from bleib.features.fields import faults_of, form_of
from bleib.reasons.sentences import tell


@pytest.mark.parametrize(
    ("figure", "form"), [(-2.0, ("below", True)), (0.0, ("nought", False)), (2.0, ("above", False))]
)
def test_three_forms_are_those_of_below_nought_nought_and_above(figure: float, form: tuple[str, bool]) -> None:
    assert form_of("below|nought|above", figure) == form


@pytest.mark.parametrize(
    ("figure", "form"), [(-2.0, ("else", False)), (0.0, ("nought", False)), (2.0, ("else", False))]
)
def test_two_forms_are_those_of_nought_and_all_else(figure: float, form: tuple[str, bool]) -> None:
    assert form_of("nought|else", figure) == form


def test_form_is_chosen_by_the_figure_as_it_is_shown() -> None:
    template = "{value:# less|no more|# more} than before"
    assert tell(template, -0.004, 0, "currency", "en", "EUR") == "No more than before"
    assert tell(template, -0.006, 0, "currency", "en", "EUR") == "0.01 EUR less than before"


def test_form_without_a_figure_of_its_own_keeps_the_sign_where_nothing_says_below() -> None:
    assert tell("a balance of {value:nothing|#}", -3, 0, "currency", "en", "EUR") == "A balance of −3 EUR"


def test_faults_of_a_text_are_told_with_what_is_known() -> None:
    assert faults_of("{value} and {typical:none|#}, {value:# less|no more|# more}") == []
    assert faults_of("{figure} for {value:#} or {typical:a|b|c|d}") == [
        "unknown field {figure}; known: {value}, {typical}",
        "field {value:#} has 1 form; give two (nought|else) or three (below nought|nought|above)",
        "field {typical:a|b|c|d} has 4 forms; give two (nought|else) or three (below nought|nought|above)",
    ]
