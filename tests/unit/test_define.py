"""bleib define: lengths that cannot be meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import worlds
from bleib.cli import app
from bleib.commands.define import reasons_of_ends
from bleib.settings import Churn
from bleib.tables import CONTRACTS


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--lead", "0,99999999", "--lead 99999999: Input should be less than or equal to 36500"),
        ("--horizon", "0", "--horizon 0: Input should be greater than or equal to 1"),
        ("--active", "-5", "--active -5: Input should be greater than or equal to 1"),
    ],
)
def test_length_that_params_yaml_would_refuse_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str, value: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(app, ["define", f"{option}={value}"])
    assert found.exit_code == 1
    assert said in found.output


def ends(*reasons: str | None) -> str:
    rows = [
        {"contract_id": str(n), "customer_id": "a", "started_at": "2025-01-01", "valid_from": day, "end_reason": reason}
        for n, reason in enumerate(reasons)
        for day in ("2025-02-01", "2025-03-01")
    ]
    return reasons_of_ends(worlds.frame(CONTRACTS, rows), Churn(competing_reasons=["died"]))


def test_reasons_of_ends_are_told_with_those_that_are_not_taken_for_the_customers_own() -> None:
    assert ends("too dear", "gone", None, "gone", "died") == (
        "contracts ended for: gone (2), died (1), too dear (1).\n"
        "churn.competing_reasons names of these: died. List there whatever a customer does not\n"
        "decide (a death, say); every other end is taken for the customer's own."
    )


def test_of_many_reasons_the_most_frequent_are_told() -> None:
    told = ends(*map(str, range(100, 115)), "100")
    assert told.startswith("contracts ended for: 100 (2), 101 (1), 102 (1), ")
    assert "111 (1), and 3 others.\nchurn.competing_reasons names of these: none. List there" in told


def test_contracts_without_reasons_tell_nothing() -> None:
    assert ends(None, None) == ""
