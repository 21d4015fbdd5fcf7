"""A company whose history is too short for any outcome: what it gets, and what it is told, through DVC."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from projects import command, make_project

from bleib import artifacts
from bleib.files import read_json

SHOP = {
    "company": {"name": "New shop", "time_zone": "Europe/Berlin", "currency": "EUR", "language": "en"},
    "sources": [
        {
            "table": "interactions",
            "files": "data/raw/orders.csv",
            "columns": {"customer_id": "customer", "occurred_at": "date", "amount": "total"},
            "constants": {"kind": "order"},
        }
    ],
    "churn": {"definition": "silence", "kinds": ["order"], "active_days": 120, "lead_days": 7, "horizon_days": 60},
    "clock": {"min_history_days": 90, "dates": 20},
}
DAYS = 150  # the first as-of date lies 94 days after the first order; its window closes 70 days later


def orders(days: int) -> pd.DataFrame:
    """300 customers with rhythms of their own, from daily to monthly, who fall silent one after another; cut off."""
    rng = np.random.default_rng(11)
    rows = []
    for k in range(300):
        day, gap, last = float(rng.uniform(0, 80)), rng.uniform(2, 30), rng.exponential(200) + 20
        while day < min(400, last):
            when = pd.Timestamp("2024-03-01") + pd.Timedelta(days=day)
            if day < days:
                rows.append((f"{k:04d}", f"{when:%Y-%m-%d %H:%M:%S}", 10 + k % 7))
            day += float(rng.gamma(2, gap / 2)) + 0.1
    return pd.DataFrame(rows, columns=["customer", "date", "total"])


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = make_project(tmp_path_factory.mktemp("first_weeks") / "shop", SHOP)
    (project / "data/raw").mkdir(parents=True)
    orders(DAYS).to_csv(project / "data/raw/orders.csv", index=False)
    return project


@pytest.fixture(scope="module")
def first_run(shop: Path) -> str:
    return command(shop, "bleib", "run").stdout


def test_the_way_ends_in_a_list_with_probabilities_and_plain_reasons(shop: Path, first_run: str) -> None:
    missing = [str(a.path) for a in artifacts.ALL if not (shop / a.path).exists()]
    assert missing == []
    listed = pd.read_csv(shop / artifacts.AT_RISK.path, dtype={"customer_id": "str"})
    assert len(listed) == 25
    assert listed["churn_probability"].between(0, 1, inclusive="neither").all()
    reasons = pd.read_parquet(shop / artifacts.REASONS.path)
    assert set(reasons["family"]) <= {"recency", "frequency", "onboarding"}
    assert reasons["text"].str.match(r"No order for \d+ days").any()
    assert listed["reason_1"].notna().mean() > 0.8


def test_the_silent_are_on_the_list_and_rightly(shop: Path, first_run: str) -> None:
    """What came of them, which nobody knew when the list was made."""
    scores = pd.read_parquet(shop / artifacts.SCORES.path)
    later = orders(DAYS + 90).assign(date=lambda frame: pd.to_datetime(frame["date"]))
    start = scores["as_of_date"].max() + pd.Timedelta(days=7)
    window = later[(later["date"] >= start) & (later["date"] < start + pd.Timedelta(days=60))]
    stayed = scores["customer_id"].isin(window["customer"])
    assert scores.loc[~stayed, "churn_probability"].median() > scores.loc[stayed, "churn_probability"].median() + 0.2


def test_it_is_said_everywhere_that_nothing_is_proved_and_from_when_on_it_will_be(shop: Path, first_run: str) -> None:
    day = read_json(shop / artifacts.METRICS.path)["gate"]["trained_from"]
    assert pd.Timestamp(day) > pd.Timestamp("2024-03-01") + pd.Timedelta(days=DAYS)
    gate = command(shop, "bleib", "gate", check=False)
    assert gate.returncode == 1
    for said in (first_run, gate.stdout):
        assert "NOT PROVED: nothing is known yet of how good this list is." in said
        assert f"When the data are complete up to {day} a model will be trained and tested." in said
    for page in (artifacts.REPORT_PAGE, artifacts.LIST_PAGE):
        assert "Nothing is proved yet" in (shop / page.path).read_text(encoding="utf-8")


def test_a_second_run_does_no_work(shop: Path, first_run: str) -> None:
    assert "Running stage" not in command(shop, "bleib", "run").stdout


def test_from_the_day_that_was_told_a_model_is_trained(shop: Path, first_run: str, tmp_path: Path) -> None:
    day = pd.Timestamp(read_json(shop / artifacts.METRICS.path)["gate"]["trained_from"])
    grown = tmp_path / "grown"
    shutil.copytree(shop, grown, symlinks=True)
    days = (day - pd.Timestamp("2024-03-01")).days
    orders(days).to_csv(grown / "data/raw/orders.csv", index=False)
    params = yaml.safe_load((grown / "params.yaml").read_text(encoding="utf-8"))
    params["ingest"]["data_end"] = str(day.date())
    (grown / "params.yaml").write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")
    command(grown, "dvc", "repro", "-q", "train")
    assert read_json(grown / artifacts.RECIPE.path)["candidate"] != "mbg_nbd"


def test_contract_churn_without_a_closed_outcome_stops_and_says_from_when_on_it_works(tmp_path: Path) -> None:
    source = {
        "table": "contracts",
        "files": "data/raw/contracts.csv",
        "columns": {"contract_id": "contract", "customer_id": "customer", "started_at": "start", "cancelled_at": "end"},
    }
    changes = SHOP | {"sources": [SHOP["sources"][0], source], "churn": {"definition": "contract", "horizon_days": 60}}
    project = make_project(tmp_path / "club", changes)
    (project / "data/raw").mkdir(parents=True)
    events = orders(DAYS)
    events.to_csv(project / "data/raw/orders.csv", index=False)
    contracts = events.groupby("customer", as_index=False)["date"].min().rename(columns={"date": "start"})
    contracts = contracts.assign(contract="c" + contracts["customer"], end="")
    contracts.loc[::10, "end"] = "2024-07-20 12:00:00"
    contracts.to_csv(project / "data/raw/contracts.csv", index=False)
    failed = command(project, "bleib", "run", check=False)
    assert failed.returncode != 0
    said = failed.stdout + failed.stderr
    assert "split: no as-of date is left to train on." in said
    assert "With these settings it works from 2024-" in said or "With these settings it works from 2025-" in said
