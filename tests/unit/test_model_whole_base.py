"""The inflated figure: everybody who was ever seen, most of them long gone."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from bleib.model.whole_base import whole_base
from bleib.settings import Churn

CHURN = Churn(kinds=["order"], active_days=60, horizon_days=28)


def orders(*rows: tuple[str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "occurred_at"])
    frame["occurred_at"] = pd.to_datetime(frame["occurred_at"], utc=True).astype("datetime64[us, UTC]")
    return frame.assign(known_at=frame["occurred_at"], kind="order")


def test_those_who_left_long_ago_make_the_simple_rule_look_good() -> None:
    gone = [(f"gone{k}", f"2024-01-{k + 1:02d}") for k in range(20)]
    here = [("stays", "2025-02-10"), ("stays", "2025-03-10"), ("leaves", "2025-02-20")]
    found = whole_base(orders(*gone, *here), CHURN, "UTC", [date(2025, 3, 3)])
    assert found == {"snapshots": 22, "base_rate": pytest.approx(21 / 22, abs=1e-6), "recency_auroc": 0.952381}


def test_without_both_outcomes_there_is_no_figure() -> None:
    found = whole_base(orders(("a", "2025-02-10")), CHURN, "UTC", [date(2025, 3, 3)])
    assert (found["base_rate"], found["recency_auroc"]) == (1.0, None)


def test_whoever_died_or_gave_notice_in_the_lead_is_not_counted() -> None:
    churn = CHURN.model_copy(update={"lead_days": 7, "leave_kinds": ["notice"], "competing_kinds": ["died"]})
    seen = orders(*((who, "2025-02-20") for who in ("died", "leaves", "notice", "stays")), ("stays", "2025-03-20"))
    ends = orders(("died", "2025-03-20"), ("notice", "2025-03-05"))
    found = whole_base(pd.concat([seen, ends.assign(kind=ends["customer_id"])]), churn, "UTC", [date(2025, 3, 3)])
    assert (found["snapshots"], found["base_rate"]) == (2, 0.5)


def test_the_figure_is_that_of_all_test_dates() -> None:
    """On the second one the customer who orders in March has just been there, and so stays again."""
    seen = orders(("leaves", "2025-02-20"), ("stays", "2025-02-10"), ("stays", "2025-03-05"), ("stays", "2025-04-01"))
    found = whole_base(seen, CHURN, "UTC", [date(2025, 3, 3), date(2025, 3, 10)])
    assert found == {"snapshots": 4, "base_rate": 0.5, "recency_auroc": 0.5}  # 0 and 1
