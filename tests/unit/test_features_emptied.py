"""A field that was cleared when the customer left is no sign of leaving."""

from __future__ import annotations

from contextlib import nullcontext

import pandas as pd
import pytest

import worlds
from bleib.errors import DataError
from bleib.features.emptied import check_emptied, count_filled
from bleib.settings import Features
from bleib.tables import CONTRACTS

START, NOTICE, RENEWAL = (pd.Timestamp(day, tz="UTC") for day in ("2024-01-01", "2024-06-01", "2025-01-01"))


def contracts(left: int, stayed: int, **cleared: object) -> pd.DataFrame:
    """So many contracts that ended in a notice, with the values ``cleared``, and so many that run."""
    rows = [
        {"contract_id": f"v{k}", "customer_id": f"c{k}", "valid_from": START, "started_at": START, "plan": "basic"}
        | {"renewal_at": RENEWAL, "monthly_fee": 9.0}
        | ({"cancelled_at": NOTICE} | cleared if k < left else {})
        for k in range(left + stayed)
    ]
    return worlds.frame(CONTRACTS, rows)


def check(frame: pd.DataFrame, features: Features | None = None) -> None:
    check_emptied(count_filled({"contracts": frame}), features or Features())


def test_a_renewal_date_that_the_notice_cleared_stops_with_its_counts_and_what_to_do() -> None:
    said = (
        r"(?s)contracts\.renewal_at: filled in 0 of 20 rows that hold a later notice or end, and in 30 of 30 others"
        r".*Deliver its history.*features\.constant_columns"
    )
    with pytest.raises(DataError, match=said) as fault:
        check(contracts(20, 30, renewal_at=None))
    assert "contracts.plan" not in str(fault.value)


def test_all_cleared_fields_are_named_at_once() -> None:
    with pytest.raises(DataError, match=r"(?s)contracts\.renewal_at: .*contracts\.plan: "):
        check(contracts(20, 30, renewal_at=None, plan=None))


@pytest.mark.parametrize("frame", [contracts(20, 30), contracts(19, 30, renewal_at=None), contracts(30, 19, plan=None)])
def test_a_field_that_stayed_or_was_cleared_in_few_rows_is_no_fault(frame: pd.DataFrame) -> None:
    check(frame)


def test_a_version_that_begins_with_the_notice_may_lack_the_renewal() -> None:
    """Before it the renewal date was known, and the version before it says so."""
    before, after = contracts(0, 60), contracts(30, 0, renewal_at=None).assign(valid_from=NOTICE)
    check(pd.concat([before, after], ignore_index=True))


def test_a_version_that_begins_with_the_notice_and_ends_later_may_lack_the_renewal() -> None:
    """The usual history: with the notice the end is entered, which lies ahead."""
    before, after = contracts(0, 60), contracts(30, 0, renewal_at=None, ended_at=RENEWAL).assign(valid_from=NOTICE)
    check(pd.concat([before, after], ignore_index=True))


def test_an_end_without_a_notice_that_cleared_the_renewal_stops() -> None:
    with pytest.raises(DataError, match=r"contracts\.renewal_at: filled in 0 of 20 rows"):
        check(contracts(20, 30, renewal_at=None, cancelled_at=None, ended_at=NOTICE))


def test_who_has_looked_may_declare_the_field_constant() -> None:
    check(contracts(20, 30, renewal_at=None), Features(constant_columns=["contracts.renewal_at"]))


def test_counts_of_buckets_add_up() -> None:
    frame = contracts(20, 30, renewal_at=None)
    parts = [count_filled({"contracts": frame[::2]}), count_filled({"contracts": frame[1::2]}), count_filled({})]
    whole = count_filled({"contracts": frame})
    assert whole.loc["contracts.renewal_at"].tolist() == [20, 0, 30, 30]
    assert sum(parts[1:], parts[0]).equals(whole)


@pytest.mark.parametrize(("left", "stayed", "emptied"), [(2, 15, True), (3, 30, False), (0, 14, False)])
def test_nearly_empty_on_one_side_and_half_filled_on_the_other_is_a_fault(
    left: int, stayed: int, emptied: bool
) -> None:
    """Of 40 who left a twentieth is two, of 30 others the half is 15."""
    frame = contracts(40, 30)
    kept = [k < left if k < 40 else k - 40 < stayed for k in range(70)]
    frame["renewal_at"] = frame["renewal_at"].where(kept)
    counts = count_filled({"contracts": frame})
    assert counts.loc["contracts.renewal_at"].tolist() == [40, left, 30, stayed]
    fault = pytest.raises(DataError, match=r"^features: this was emptied when the customer left, so that on every")
    with fault if emptied else nullcontext():
        check_emptied(counts, Features())


def test_twenty_rows_on_each_side_are_enough() -> None:
    with pytest.raises(DataError, match="0 of 20 rows that hold a later notice or end, and in 20 of 20 others"):
        check(contracts(20, 20, renewal_at=None))


def test_a_version_that_begins_with_the_end_may_lack_the_renewal() -> None:
    ended = contracts(30, 0, renewal_at=None, cancelled_at=None, ended_at=NOTICE).assign(valid_from=NOTICE)
    check(pd.concat([contracts(0, 60), ended], ignore_index=True))
