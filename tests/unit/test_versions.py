"""From when on a version of a contract is known, and until when, with literal dates."""

from __future__ import annotations

import worlds
from bleib.tables import CONTRACTS
from bleib.versions import in_versions


def versions(*rows: tuple[str, str | None, str]) -> list[tuple[str, str]]:
    """``arrived`` and ``superseded`` (-: never) of versions given as contract, ``valid_from`` and ``known_at``."""
    given = [
        {"contract_id": of, "customer_id": "a", "started_at": "2025-01-01", "valid_from": valid, "known_at": known}
        for of, valid, known in rows
    ]
    found = in_versions(worlds.frame(CONTRACTS, given))
    arrived, superseded = (found[name].dt.strftime("%Y-%m-%d").fillna("-") for name in ("arrived", "superseded"))
    return list(zip(arrived, superseded, strict=True))


def test_a_version_is_known_once_it_has_arrived_and_holds() -> None:
    assert versions(("1", "2026-01-10", "2026-01-05"), ("2", "2026-01-10", "2026-01-20")) == [
        ("2026-01-10", "-"),
        ("2026-01-20", "-"),
    ]


def test_each_contract_has_its_own_versions_in_whatever_order_they_stand() -> None:
    assert versions(
        ("1", "2026-03-01", "2026-03-01"),
        ("2", "2026-02-01", "2026-02-01"),
        ("1", "2026-01-01", "2026-01-01"),
    ) == [("2026-03-01", "-"), ("2026-02-01", "-"), ("2026-01-01", "2026-03-01")]


def test_what_arrived_last_is_the_newest_version_though_it_holds_from_an_earlier_day() -> None:
    """A correction of the past: nobody knew it before it came."""
    assert versions(("1", "2026-01-01", "2026-03-01"), ("1", "2026-02-01", "2026-02-01")) == [
        ("2026-03-01", "-"),
        ("2026-02-01", "2026-03-01"),
    ]


def test_of_versions_that_arrived_together_the_one_that_holds_from_a_later_day_is_the_newest() -> None:
    assert versions(*(("1", valid_from, "2026-03-01") for valid_from in ("2026-02-01", "2026-01-01", None))) == [
        ("2026-03-01", "-"),
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01", "2026-03-01"),
    ]
