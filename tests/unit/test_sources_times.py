from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from bleib.sources.times import times


def read(*values: object, zone: str = "Europe/Berlin", **how: object) -> list[str | None]:
    """The times as ISO text in UTC; None where a value is empty, "bad" where it cannot be read."""
    column = pa.chunked_array([pa.array(list(values))])
    found, bad = times(column, ["NULL"], zone, **how)  # type: ignore[arg-type]
    assert str(found.dtype) == "datetime64[us, UTC]"
    return [
        "bad" if wrong else None if time is None or str(time) == "NaT" else time.strftime("%Y-%m-%dT%H:%M:%S")
        for time, wrong in zip(found.tolist(), bad, strict=True)
    ]


def test_iso_times_without_offset_are_local() -> None:
    assert read("2024-01-31 14:05", "2024-07-31T14:05:06") == ["2024-01-31T13:05:00", "2024-07-31T12:05:06"]


def test_offsets_are_respected_beside_local_times() -> None:
    values = read("2024-01-31 14:05Z", "2024-01-31T14:05+05:30", "2024-01-31T14:05:00-0800", "2024-01-31 14:05")
    assert values == ["2024-01-31T14:05:00", "2024-01-31T08:35:00", "2024-01-31T22:05:00", "2024-01-31T13:05:00"]


def test_a_time_that_spring_skips_moves_to_the_first_that_exists() -> None:
    assert read("2024-03-31 02:30", "2024-03-31 01:59", "2024-03-31 03:00") == [
        "2024-03-31T01:00:00",
        "2024-03-31T00:59:00",
        "2024-03-31T01:00:00",
    ]


def test_a_time_that_autumn_repeats_is_the_first_of_the_two() -> None:
    assert read("2024-10-27 02:30", "2024-10-27 03:30") == ["2024-10-27T00:30:00", "2024-10-27T02:30:00"]


def test_empty_and_missing_texts_are_no_time_and_no_fault() -> None:
    assert read("", " ", "NULL", None) == [None, None, None, None]


@pytest.mark.parametrize("value", ["31.01.2024", "2024-02-31", "2024", "yesterday", "1/2/2024", "45321", "2024-13-01"])
def test_what_is_not_iso_is_not_guessed(value: str) -> None:
    assert read(value) == ["bad"]


def test_day_first_with_any_sign_and_short_years() -> None:
    values = read("31.1.2024", "1/2/24 08:05", "29-2-2016 01:16:30", zone="UTC", day_first=True)
    assert values == ["2024-01-31T00:00:00", "2024-02-01T08:05:00", "2016-02-29T01:16:30"]


def test_day_first_reads_iso_too_and_refuses_the_31st_of_february() -> None:
    assert read("2024-03-04", "31.2.2024", zone="UTC", day_first=True) == ["2024-03-04T00:00:00", "bad"]


def test_years_of_two_digits_turn_at_69() -> None:
    assert read("1.1.68", "1.1.69", zone="UTC", day_first=True) == ["2068-01-01T00:00:00", "1969-01-01T00:00:00"]


def test_a_format_reads_also_values_that_hold_the_day_only() -> None:
    values = read("31.03.2024 14:30", "31.03.2024", "2024-03-31", zone="UTC", date_format="%d.%m.%Y %H:%M")
    assert values == ["2024-03-31T14:30:00", "2024-03-31T00:00:00", "bad"]


def test_a_format_with_offset() -> None:
    assert read("31/03/2024 14:30 +0200", date_format="%d/%m/%Y %H:%M %z") == ["2024-03-31T12:30:00"]


def test_epochs_in_seconds_and_milliseconds() -> None:
    assert read("1700000000", "x", date_format="epoch_s") == ["2023-11-14T22:13:20", "bad"]
    assert read(1_700_000_000_000, date_format="epoch_ms") == ["2023-11-14T22:13:20"]


def test_typed_times_keep_their_zone_and_days_are_local_midnights() -> None:
    naive = pa.chunked_array([pa.array([dt.datetime(2024, 7, 1, 12)])])
    aware = pa.chunked_array([pa.array([dt.datetime(2024, 7, 1, 12)], pa.timestamp("ns", tz="America/New_York"))])
    days = pa.chunked_array([pa.array([dt.date(2024, 7, 1), None])])
    assert times(naive, [], "Europe/Berlin")[0].astype(str).tolist() == ["2024-07-01 10:00:00+00:00"]
    assert times(aware, [], "Europe/Berlin")[0].astype(str).tolist() == ["2024-07-01 12:00:00+00:00"]
    assert times(days, [], "Europe/Berlin")[0].astype("str").tolist()[0] == "2024-06-30 22:00:00+00:00"


def test_the_ends_of_time_that_systems_write() -> None:
    assert read("9999-12-31 23:59:59") == ["9999-12-29T23:00:00"]
    assert read("9999-12-31 23:59:59", zone="America/New_York") == ["9999-12-30T05:00:00"]
    assert read("0001-01-01") == ["bad"]


@pytest.mark.parametrize("text", ["1709251200000", "99999999999999"])
def test_an_epoch_beyond_the_calendar_is_moved_to_its_end(text: str) -> None:
    """The first is of March 2024 in milliseconds, read as seconds."""
    assert read(text, date_format="epoch_s") == ["9999-12-30T00:00:00"]


def test_typed_instants_beyond_the_calendar_are_moved_to_its_end() -> None:
    year_12532 = pa.array([333_333_333_333 * 10**6], pa.timestamp("us", "UTC"))
    found, _ = times(pa.chunked_array([year_12532]), [], "America/New_York")
    assert str(found[0]) == "9999-12-30 00:00:00+00:00"


def test_what_looks_like_an_offset_and_is_none_cannot_be_read_and_harms_no_other_value() -> None:
    assert read("2024-03-02T10+2:00", "2024-03-02 10:00", zone="UTC") == ["bad", "2024-03-02T10:00:00"]
    assert read("2024-03-02 10:00:00\x0bZ", "2024-03-02 10:00", zone="Europe/Berlin") == [
        "2024-03-02T10:00:00",
        "2024-03-02T09:00:00",
    ]


def test_an_offset_that_leads_beyond_the_calendar_is_moved_to_its_end() -> None:
    assert read("9999-12-31T23:59:59-05:00", "2024-03-02 10:00", zone="UTC")[0] == "9999-12-30T00:00:00"
