from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest

from bleib.settings import Csv
from bleib.sources.values import booleans, ids, lost_digits, numbers, texts

GERMAN = Csv(decimal=",", thousands=".")
ENGLISH = Csv(thousands=",")


def column(*values: object) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(list(values))])


def number(text: str, dialect: Csv) -> float | str:
    value, bad = numbers(column(text), [], dialect)
    return "bad" if bad[0] else float(value[0])


def test_identifiers_survive() -> None:
    given = ["0004711", "12345678901234567890", "Müller-ß", " 42 ", ""]
    assert ids(column(*given), []).tolist()[:4] == ["0004711", "12345678901234567890", "Müller-ß", "42"]
    assert ids(column(*given), []).isna().tolist() == [False, False, False, False, True]


def test_the_two_spellings_of_an_umlaut_are_one_identifier() -> None:
    assert ids(column("Mu\u0308ller", "M\u00fcller"), []).nunique() == 1


def test_typed_identifiers_become_plain_text() -> None:
    assert ids(column(13085.0, None, 2.5), []).tolist()[0::2] == ["13085", "2.5"]
    assert ids(column(9_007_199_254_740_993), []).tolist() == ["9007199254740993"]
    assert ids(column(Decimal("12345678901234567890")), []).tolist() == ["12345678901234567890"]
    assert ids(column("a", "b", "a").dictionary_encode(), []).tolist() == ["a", "b", "a"]


def test_identifiers_that_a_float_has_rounded_are_found() -> None:
    assert lost_digits(column(2.0**53, 2.0**53 - 1, None)).tolist() == [True, False, False]
    assert lost_digits(column(2**60)).tolist() == [False]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.binary(), pa.dictionary(pa.int32(), pa.string())])
def test_rounded_identifiers_are_found_in_texts_of_every_type(kind: pa.DataType) -> None:
    texts = pa.array(["1,23457E+15", "4711", None])
    typed = texts.dictionary_encode() if pa.types.is_dictionary(kind) else texts.cast(kind)
    assert lost_digits(pa.chunked_array([typed])).tolist() == [True, False, False]


def test_rounded_identifiers_are_found_among_floats_that_stand_in_a_dictionary_or_are_short() -> None:
    coded = pa.chunked_array([pa.array([2.0**53, 7.0, None]).dictionary_encode()])
    assert lost_digits(coded).tolist() == [True, False, False]
    short = pa.chunked_array([pa.array([2.0**24, 2.0**24 - 1, None], pa.float32())])
    assert lost_digits(short).tolist() == [True, False, False]


def test_whole_numbers_beyond_a_float_that_are_written_as_one_are_lost() -> None:
    """As a workbook, or pandas, writes what is too short for an exponent."""
    found = lost_digits(column("9007199254740992.0", "9007199254740991.0", "9500000000000000,0", "9500000000000000"))
    assert found.tolist() == [True, False, True, False]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,5", 12.5),
        ("1.234,50", 1234.5),
        ("1.234", 1234.0),
        ("12,50-", -12.5),
        ("-3", -3.0),
        ("5 €", 5.0),
        ("1.5", "bad"),
    ],
)
def test_decimal_comma(text: str, value: float | str) -> None:
    assert number(text, GERMAN) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.5", 1234.5),
        ("1,5", "bad"),
        ("12,34", "bad"),
        ("$1,000", 1000.0),
        ("1e3", 1000.0),
        ("abc", "bad"),
        ("inf", "bad"),
    ],
)
def test_thousands_signs_count_only_where_they_belong(text: str, value: float | str) -> None:
    assert number(text, ENGLISH) == value


def test_a_comma_is_not_a_decimal_sign_unless_declared() -> None:
    assert number("1,50", Csv()) == "bad"


def test_empty_numbers_are_no_fault() -> None:
    values, bad = numbers(column("", "NULL", None, "7"), ["NULL"], Csv())
    assert values.isna().tolist() == [True, True, True, False]
    assert not bad.any()


def test_yes_and_no_in_two_languages() -> None:
    values, bad = booleans(column("ja", "NEIN", "True", "0", "x", "perhaps", None), [])
    assert values.tolist()[:5] == [True, False, True, False, True]
    assert bad.tolist() == [False, False, False, False, False, True, False]


def test_texts_that_mean_no_value_are_named_by_the_source() -> None:
    assert texts(column("?", "b", "NULL"), ["?"]).fillna("none").tolist() == ["none", "b", "NULL"]


def test_ids_that_a_spreadsheet_has_rounded_are_lost() -> None:
    found = lost_digits(column("1,23457E+15", "1.23457e+15", "4711", "12E+3", None, "E+5", "1E15"))
    assert found.tolist() == [True, True, False, True, False, False, False]
