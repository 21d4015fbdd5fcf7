"""A field that was cleared when the customer left is no sign of leaving."""

from __future__ import annotations

from contextlib import nullcontext

import pandas as pd
import pytest

import worlds
from bleib.errors import DataError
from bleib.features.emptied import GROUPS, check_emptied, count_filled
from bleib.settings import Features
from bleib.tables import CONTRACTS

LONG_AGO, START, NOTICE, NEWEST, RENEWAL = (
    pd.Timestamp(day, tz="UTC") for day in ("2022-01-01", "2024-01-01", "2024-06-01", "2024-12-01", "2025-01-01")
)


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
    check_emptied(count_filled({"contracts": frame}, NEWEST), features or Features())


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
    frame = together(contracts(20, 30, renewal_at=None), passes(50))
    parts = [count_filled({"contracts": part}, NEWEST) for part in (frame[::2], frame[1::2])]
    parts.append(count_filled({}, NEWEST))
    whole = count_filled({"contracts": frame}, NEWEST)
    sides = ["noticed", "noticed_filled", "ended", "ended_filled", "stayed", "stayed_filled"]
    assert whole.loc[("contracts.renewal_at", "basic", 2024), sides].tolist() == [20, 0, 0, 0, 30, 30]
    assert whole.loc[("contracts.renewal_at", "pass", 2024), sides].tolist() == [0, 0, 25, 0, 25, 0]
    assert pd.concat(parts).groupby(level=GROUPS).sum().equals(whole)


def passes(count: int, **values: object) -> pd.DataFrame:
    """So many contracts that end by themselves after five months, known from the beginning, half of them over."""
    begun = [START if k % 2 else NEWEST - pd.Timedelta(days=30) for k in range(count)]
    rows = [
        {"contract_id": f"p{k}", "customer_id": f"d{k}", "valid_from": day, "started_at": day, "plan": "pass"}
        | {"ended_at": day + pd.Timedelta(days=150), "monthly_fee": 9.0}
        | values
        for k, day in enumerate(begun)
    ]
    return worlds.frame(CONTRACTS, rows)


def together(*frames: pd.DataFrame) -> pd.DataFrame:
    """All of them, numbered so that no two frames share a contract."""
    return pd.concat(
        [part.assign(contract_id=part["contract_id"] + f"/{n}") for n, part in enumerate(frames)], ignore_index=True
    )


def test_passes_that_end_by_themselves_never_had_a_renewal() -> None:
    check(together(contracts(0, 60), passes(50)))


def test_passes_without_a_plan_are_no_fault_where_notices_left_the_renewal() -> None:
    check(together(contracts(20, 900).drop(columns="plan"), passes(900).drop(columns="plan")).assign(plan=None))


def test_a_plan_without_renewals_may_be_the_only_one_that_people_leave() -> None:
    monthly = contracts(30, 20, renewal_at=None).assign(renewal_at=pd.NaT, plan="monthly")
    check(together(contracts(0, 60), monthly))


def test_a_field_that_contracts_have_only_since_a_year_is_no_fault() -> None:
    """Who came before it was kept lacks it, whether they left or not; who came later has hardly had time to leave."""
    older = contracts(30, 20).assign(renewal_at=pd.NaT, started_at=LONG_AGO, valid_from=LONG_AGO)
    check(together(contracts(0, 60), older))


def test_a_version_that_begins_on_the_day_of_the_notice_may_lack_the_renewal() -> None:
    """``valid_from`` is a day and the notice has an hour: no as-of date lies between them."""
    before = contracts(0, 60)
    after = contracts(30, 0, renewal_at=None, cancelled_at=NOTICE + pd.Timedelta(hours=14)).assign(valid_from=NOTICE)
    check(pd.concat([before, after], ignore_index=True))


def test_a_row_that_was_known_only_with_the_notice_may_lack_the_renewal() -> None:
    check(together(contracts(0, 60), contracts(30, 0, renewal_at=None).assign(known_at=NOTICE)))


def test_a_version_that_begins_when_the_end_was_entered_may_lack_the_renewal() -> None:
    """A history without dates of notices: the version before it has the renewal and no end."""
    before = contracts(0, 60)
    after = contracts(30, 0, renewal_at=None, cancelled_at=None, ended_at=NEWEST - pd.Timedelta(days=20))
    check(pd.concat([before, after.assign(valid_from=NOTICE)], ignore_index=True))


def test_a_cleared_renewal_is_found_beside_passes_and_plans_without_renewals() -> None:
    frame = together(contracts(25, 30, renewal_at=None), passes(50), contracts(9, 9, plan="flat").assign(plan="flat"))
    with pytest.raises(DataError, match=r"contracts\.renewal_at: filled in 0 of 25 rows .* in 30 of 30 others"):
        check(frame.assign(renewal_at=frame["renewal_at"].where(frame["plan"] != "flat")))


def test_a_renewal_that_notices_cleared_is_found_where_other_ends_kept_it() -> None:
    kept = contracts(20, 0, cancelled_at=None, ended_at=NOTICE)
    with pytest.raises(DataError, match=r"contracts\.renewal_at: filled in 0 of 25 rows"):
        check(together(contracts(25, 30, renewal_at=None), kept))


def test_a_cleared_renewal_is_found_where_every_contract_has_a_plan_of_its_own() -> None:
    frame = contracts(25, 30, renewal_at=None)
    with pytest.raises(DataError, match=r"contracts\.renewal_at: filled in 0 of 25 rows"):
        check(frame.assign(plan=frame["contract_id"]))


def test_passes_without_a_plan_stop_where_nobody_gives_notice_and_the_fault_names_the_ways_out() -> None:
    """They cannot be told from a renewal that was cleared with the end."""
    frame = together(contracts(0, 60), passes(50)).assign(plan=None)
    with pytest.raises(DataError, match=r"(?s)0 of 25 rows.*plan of their own.*features\.constant_columns"):
        check(frame)


@pytest.mark.parametrize(("left", "stayed", "emptied"), [(2, 15, True), (3, 30, False), (0, 14, False)])
def test_nearly_empty_on_one_side_and_half_filled_on_the_other_is_a_fault(
    left: int, stayed: int, emptied: bool
) -> None:
    """Of 40 who left a twentieth is two, of 30 others the half is 15."""
    frame = contracts(40, 30)
    kept = [k < left if k < 40 else k - 40 < stayed for k in range(70)]
    frame["renewal_at"] = frame["renewal_at"].where(kept)
    counts = count_filled({"contracts": frame}, NEWEST)
    sides = ["noticed", "noticed_filled", "stayed", "stayed_filled"]
    assert counts.loc[("contracts.renewal_at", "basic", 2024), sides].tolist() == [40, left, 30, stayed]
    fault = pytest.raises(DataError, match=r"^features: this was emptied when the customer left, so that on every")
    with fault if emptied else nullcontext():
        check_emptied(counts, Features())


def test_twenty_rows_on_each_side_are_enough() -> None:
    with pytest.raises(DataError, match="0 of 20 rows that hold a later notice or end, and in 20 of 20 others"):
        check(contracts(20, 20, renewal_at=None))


def test_a_version_that_begins_with_the_end_may_lack_the_renewal() -> None:
    ended = contracts(30, 0, renewal_at=None, cancelled_at=None, ended_at=NOTICE).assign(valid_from=NOTICE)
    check(pd.concat([contracts(0, 60), ended], ignore_index=True))
