from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

import worlds
from bleib.cohort.label import Calendar
from bleib.report import counts
from bleib.report.key_figures import (
    churn_rate,
    customer_lifetime_value,
    figures,
    key_figures,
    net_promoter_score,
    repeat_purchase_rate,
    retention_rate,
)
from bleib.settings import parse_settings
from bleib.tables import CONTRACTS, CUSTOMERS, INTERACTIONS, SURVEYS

SECTIONS = ("company", "churn", "features", "listing")


def settings(**changes: dict[str, object]):
    return parse_settings({name: changes.get(name, {}) for name in SECTIONS})


def five_hundred() -> dict[str, pd.DataFrame]:
    """500 contracts run on 1 March 2024; 15 notices and a death in March; 40 join in March, 5 of them leave."""
    rows = []
    for k in range(540):
        started = "2024-01-10" if k < 500 else "2024-03-05"
        cancelled, reason = None, None
        if k < 15:
            cancelled, reason = "2024-03-20", "notice"
        if k == 15:
            cancelled, reason = "2024-03-21", "deceased"
        if k >= 535:
            cancelled, reason = "2024-03-25", "notice"
        rows.append(
            {
                "contract_id": f"c{k}",
                "customer_id": f"{k:05d}",
                "started_at": started,
                "cancelled_at": cancelled,
                "end_reason": reason,
            }
        )
    orders = [
        {
            "event_id": f"e{k}-{n}",
            "customer_id": f"{k:05d}",
            "occurred_at": "2024-03-10",
            "kind": "order",
            "amount": 50.0,
        }
        for k in range(100)
        for n in range(2 if k < 25 else 1)
    ]
    people = [
        {"customer_id": f"{k:05d}", "signed_up_at": "2024-01-10" if k < 500 else "2024-04-05", "segment": "ab"[k % 2]}
        for k in range(540)
    ]
    return {
        "contracts": worlds.frame(CONTRACTS, rows),
        "interactions": worlds.frame(INTERACTIONS, orders),
        "customers": worlds.frame(CUSTOMERS, people),
    }


CONTRACT = {"definition": "contract", "competing_reasons": ["deceased"], "kinds": ["order"]}
MARCH = Calendar(date(2024, 2, 15), date(2024, 4, 3))


def row(table: pd.DataFrame, figure: str, by: str = "month", group: str = "all", period: str = "2024-03") -> pd.Series:
    found = table[
        (table["figure"] == figure) & (table["by"] == by) & (table["group"] == group) & (table["period"] == period)
    ]
    assert len(found) == 1
    return found.iloc[0]


def test_fifteen_of_five_hundred_is_three_percent() -> None:
    assert churn_rate(15, 500) == 3.0
    assert retention_rate(15, 500) == 97.0


def test_customers_won_and_competing_ends_in_the_month_are_not_in_its_churn_rate() -> None:
    """15 were lost and 484 kept of the 499 that no death took."""
    table = key_figures(five_hundred(), settings(churn=CONTRACT), MARCH)
    found = row(table, "churn_rate")
    assert (found["value"], found["n"], found["unit"]) == (3.006, 499, "%")
    kept = row(table, "retention_rate")
    assert (kept["value"], kept["n"]) == (96.994, 499)


def march() -> counts.Observed:
    tables = five_hundred()
    tables["customers"]["margin"] = 120.0
    return next(counts.observe(tables, settings(churn=CONTRACT), MARCH, counts.customer_base(tables, "UTC")))


def test_who_was_there_at_the_start_is_lost_or_kept_or_had_another_end_and_never_two_of_them() -> None:
    found = march()
    assert [int(part.sum()) for part in (found.at_start, found.lost, found.other_end, found.kept)] == [500, 15, 1, 484]
    parts = found.lost.astype(int) + found.other_end + found.kept
    assert parts.tolist() == found.at_start.astype(int).tolist()


def test_a_competing_end_of_one_of_two_running_contracts_takes_nobody_away() -> None:
    tables = five_hundred()
    second = {"contract_id": "second", "customer_id": "00015", "started_at": "2024-01-10"}
    tables["contracts"] = pd.concat([tables["contracts"], worlds.frame(CONTRACTS, [second])], ignore_index=True)
    table = key_figures(tables, settings(churn=CONTRACT), MARCH)
    assert row(table, "churn_rate")["n"] == 500


def test_a_death_that_was_entered_as_a_notice_after_the_end_counts_when_the_contract_was_over() -> None:
    """As in the cohort, which goes by whichever of the two is earlier."""
    rows: list[dict[str, object]] = [
        {"contract_id": f"c{k}", "customer_id": f"{k}", "started_at": "2024-01-10"} for k in range(1, 4)
    ]
    rows[0] |= {"ended_at": "2024-03-20", "cancelled_at": "2024-04-01", "end_reason": "deceased"}
    tables = {"contracts": worlds.frame(CONTRACTS, rows), "interactions": worlds.frame(INTERACTIONS, [])}
    found = next(counts.observe(tables, settings(churn=CONTRACT), MARCH, counts.customer_base(tables, "UTC")))
    assert [int(part.sum()) for part in (found.at_start, found.lost, found.other_end)] == [3, 0, 1]


def test_of_several_months_too_the_parts_add_up_and_who_was_lost_once_is_lost() -> None:
    """Of four customers the first is lost in March and, come back in April, dies in May; the second dies in April."""

    def contract(k: int, started: str, cancelled: str | None = None, reason: str | None = None) -> dict[str, object]:
        found = {"contract_id": f"c{k}{started}", "customer_id": f"{k}", "started_at": started}
        return found | {"cancelled_at": cancelled, "end_reason": reason}

    rows = [
        contract(1, "2024-01-10", "2024-03-20", "notice"),
        contract(1, "2024-04-10", "2024-05-20", "deceased"),
        contract(2, "2024-01-10", "2024-04-20", "deceased"),
        *(contract(k, "2024-01-10") for k in (3, 4)),
    ]
    tables = {"contracts": worlds.frame(CONTRACTS, rows), "interactions": worlds.frame(INTERACTIONS, [])}
    found = counts.count(tables, settings(churn=CONTRACT), Calendar(date(2024, 2, 15), date(2024, 6, 3)))
    joined = found[(found["by"] == "month") & (found["period"] == "2024-03..2024-05")].iloc[0]
    assert joined[["at_start", "lost", "other_end"]].tolist() == [4, 1, 1]
    assert row(figures(found, settings()), "churn_rate", period="2024-03..2024-05")["value"] == 33.3333


def test_only_months_wholly_inside_the_data_are_counted() -> None:
    table = key_figures(five_hundred(), settings(churn=CONTRACT), MARCH)
    assert set(table["period"]) == {"2024-03", "2024-03..2024-03"}


def test_repeat_purchase_rate_divides_two_or_more_by_one_or_more() -> None:
    assert repeat_purchase_rate(25, 100) == 25.0
    found = row(key_figures(five_hundred(), settings(churn=CONTRACT), MARCH), "repeat_purchase_rate")
    assert (found["value"], found["n"]) == (25.0, 100)


def test_churn_rate_by_segment_and_by_sign_up_cohort_adds_up_to_all() -> None:
    table = key_figures(five_hundred(), settings(churn=CONTRACT), MARCH)
    a, b = (row(table, "churn_rate", "segment", name) for name in "ab")
    assert (a["n"], b["n"]) == (250, 249)  # a death in b
    assert (a["value"], b["value"]) == (3.2, 2.8112)  # 8 of 250 and 7 of 249
    assert row(table, "churn_rate", "cohort", "2024-Q1")["value"] == 3.006
    assert "2024-Q2" not in set(table.loc[table["figure"] == "churn_rate", "group"])


def test_net_promoter_score_is_not_told_under_thirty_answers() -> None:
    assert np.isnan(net_promoter_score(20, 2, 29))
    assert net_promoter_score(15, 6, 30) == 30.0


@pytest.mark.parametrize(("answers", "shown"), [(29, False), (30, True)])
def test_months_with_few_answers_have_no_score(answers: int, shown: bool) -> None:
    tables = five_hundred()
    tables["surveys"] = worlds.frame(
        SURVEYS,
        [
            {"survey_id": f"s{k}", "customer_id": f"{k:05d}", "answered_at": "2024-03-12", "kind": "nps", "score": 9.0}
            for k in range(answers)
        ],
    )
    table = key_figures(tables, settings(churn=CONTRACT), MARCH)
    assert ("nps" in set(table["figure"])) is shown


def test_lifetime_value_is_margin_times_survival_discounted() -> None:
    assert customer_lifetime_value(10, 0.5, 2, 0.0) == 7.5
    assert customer_lifetime_value(10, 1.0, 12, 0.0) == 120.0
    assert customer_lifetime_value(110, 1.0, 1, 0.1) == pytest.approx(110 / 1.1 ** (1 / 12))


def test_lifetime_value_pools_margin_and_retention_over_the_months_and_names_its_horizon() -> None:
    months = ["2024-01", "2024-02", "2024-03"]
    counts_ = pd.DataFrame(
        {
            "by": "month",
            "group": "all",
            "period": months,
            "at_start": [100.0, 100.0, 200.0],
            "lost": [10.0, 10.0, 20.0],
            "other_end": [0.0, 0.0, 0.0],
            "buyers": 0.0,
            "repeat_buyers": 0.0,
            "kept": [90.0, 90.0, 180.0],
            "margin": [900.0, 1800.0, 900.0],
            "answers": 0.0,
            "promoters": 0.0,
            "detractors": 0.0,
        }
    )
    table = figures(counts_, settings(listing={"value_horizon_days": 61, "discount_rate": 0.0}))
    clv = table[table["figure"] == "clv"]
    assert clv["period"].tolist() == ["2024-03"]
    assert clv["value"].tolist() == [pytest.approx(10 * 0.9 + 10 * 0.81)]
    assert clv["unit"].tolist() == ["EUR / 2 months"]
    assert clv["n"].tolist() == [360]


def silent(days: list[str], customer: str = "007") -> list[dict[str, object]]:
    return [
        {"event_id": f"{customer}-{day}", "customer_id": customer, "occurred_at": day, "kind": "order", "amount": 10.0}
        for day in days
    ]


def test_silence_is_lost_in_the_month_in_which_it_reaches_the_active_days() -> None:
    rows = silent(["2024-01-20", "2024-02-10"]) + silent([f"2024-{m:02d}-05" for m in range(1, 8)], "008")
    tables = {"interactions": worlds.frame(INTERACTIONS, rows)}
    churn = {"definition": "silence", "kinds": ["order"], "active_days": 60}
    table = key_figures(tables, settings(churn=churn), Calendar(date(2024, 1, 1), date(2024, 7, 1)))
    monthly = table[
        (table["figure"] == "churn_rate") & (table["by"] == "month") & ~table["period"].str.contains("..", regex=False)
    ]
    # 60 silent days after 10 February end on 10 April; no month before the first 60 days of the data are over
    assert dict(zip(monthly["period"], monthly["value"], strict=True)) == {
        "2024-03": 0.0, "2024-04": 50.0, "2024-05": 0.0, "2024-06": 0.0
    }  # fmt: skip


def test_one_who_is_lost_and_comes_back_is_lost_once_in_the_joined_period() -> None:
    rows = silent(["2024-01-05", "2024-05-10"]) + silent([f"2024-{m:02d}-05" for m in range(1, 8)], "008")
    tables = {"interactions": worlds.frame(INTERACTIONS, rows)}
    churn = {"definition": "silence", "kinds": ["order"], "active_days": 30}
    table = key_figures(tables, settings(churn=churn), Calendar(date(2024, 1, 1), date(2024, 7, 1)))
    assert row(table, "churn_rate", period="2024-02..2024-06")["value"] == 50.0


def test_margin_is_a_twelfth_of_the_yearly_margin_of_those_who_were_kept() -> None:
    found = march()
    assert found.margin[[0, 15, 20, 499, 520]].tolist() == [0.0, 0.0, 10.0, 10.0, 0.0]  # 0 lost, 15 dead, 520 new
    assert found.margin.sum() == 4840.0


def test_the_share_that_stays_in_the_lifetime_value_leaves_out_other_ends() -> None:
    """Of 100 ten are lost and twenty die: ten of eighty leave, so 7/8 stay."""
    month = {"by": "month", "group": "all", "at_start": 100.0, "lost": 10.0, "other_end": 20.0, "kept": 70.0}
    rest = dict.fromkeys(["buyers", "repeat_buyers", "answers", "promoters", "detractors"], 0.0)
    rows = [month | rest | {"period": f"2024-0{k}", "margin": 700.0} for k in (1, 2, 3)]
    table = figures(pd.DataFrame(rows), settings(listing={"value_horizon_days": 30, "discount_rate": 0.0}))
    assert table.loc[table["figure"] == "clv", "value"].tolist() == [8.75]


def test_lifetime_value_is_absent_where_no_money_is_mapped() -> None:
    tables = five_hundred()
    tables["interactions"]["amount"] = np.nan
    table = key_figures(tables, settings(churn=CONTRACT), Calendar(date(2023, 12, 15), date(2024, 4, 3)))
    assert "clv" not in set(table["figure"])
    assert "churn_rate" in set(table["figure"])


def test_sign_up_cohorts_are_quarters_and_years_where_there_are_many() -> None:
    few = pd.Series(pd.to_datetime(["2024-03-31", "2024-04-01", None]))
    many = pd.Series(pd.date_range("2015-01-01", periods=16, freq="QS"))
    assert counts.sign_up_cohorts(few).tolist() == ["2024-Q1", "2024-Q2", None]
    assert counts.sign_up_cohorts(many)[0] == "2015"
