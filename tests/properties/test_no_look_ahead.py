"""Features at *t* from all the data equal features from the data as they stood at *t*, bit for bit, on every table."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest

import worlds
from arrivals import SECOND_TIMES, arrived, cut
from bleib.clock import to_date
from bleib.cohort.label import definition
from bleib.errors import SettingsError
from bleib.features.featurize import featurize
from bleib.settings import Churn, Company, ExtraFeature, Family, Features
from bleib.tables import CANONICAL

COMPANY = Company(time_zone="Europe/Berlin")
CHURN = Churn(definition="contract", kinds=["order"])
DATES = ["2024-03-31", "2024-06-03", "2024-11-11", "2025-02-28"]
INCIDENTS = Path(__file__).parents[3] / "shared" / "data" / "it_incidents" / "incident_event_log_restored_names.csv.gz"


@pytest.fixture(scope="module")
def company() -> dict[str, pd.DataFrame]:
    """tiny_company with every optional column filled in some rows."""
    tables = worlds.tiny_company(seed=5, customers=40)
    rng = np.random.default_rng(11)

    def later(times: pd.Series, share: float) -> pd.Series:
        delay = pd.to_timedelta(rng.exponential(10, len(times)) * 24 * 60, unit="min").as_unit("us")
        return (times + delay).where(rng.random(len(times)) < share).astype(times.dtype)

    tickets, complaints, contacts, surveys = (tables[n] for n in ("tickets", "complaints", "contacts", "surveys"))
    tickets["reopened_at"] = later(tickets["resolved_at"], 0.3)
    tickets["known_at"] = tickets["opened_at"].where(rng.random(len(tickets)) < 0.7, later(tickets["opened_at"], 1.0))
    complaints["compensation"] = np.where(complaints["resolved_at"].notna(), 20.0, np.nan)
    contacts["clicked_at"] = later(contacts["opened_at"], 0.5)
    contacts["unsubscribed_at"] = later(contacts["opened_at"], 0.1)
    surveys["kind"] = np.where(rng.random(len(surveys)) < 0.3, "csat", "nps")
    surveys["answered_at"] = later(surveys["sent_at"], 0.6)
    surveys["known_at"] = surveys["answered_at"]
    surveys["score"] = surveys["score"].where(surveys["answered_at"].notna())
    tables["payments"]["method"] = rng.choice(["card", "debit"], len(tables["payments"]))
    tables["contracts"] = _versions(tables["contracts"])
    tables["customers"]["valid_from"] = tables["customers"]["signed_up_at"]
    tables["customers"]["margin"] = 12.5
    return {
        name: CANONICAL[name].check(frame.astype(CANONICAL[name].empty().dtypes.to_dict()))
        for name, frame in tables.items()
    }


def _versions(contracts: pd.DataFrame) -> pd.DataFrame:
    """Each contract with a second version, 120 days later, at a higher fee and with another renewal; every third one
    gave notice in the first version and withdrew it, every second one was to end and was extended.
    """
    number = np.arange(len(contracts))
    first = contracts.copy()
    for column, every, days in (("cancelled_at", 3, 100), ("ended_at", 2, 150)):
        moved = (contracts["valid_from"] + pd.Timedelta(days=days)).astype(contracts[column].dtype)
        first[column] = contracts[column].where(number % every > 0, moved)
    second = contracts.assign(
        valid_from=contracts["valid_from"] + pd.Timedelta(days=120), monthly_fee=contracts["monthly_fee"] + 3,
        renewal_at=contracts["renewal_at"] + pd.Timedelta(days=30), auto_renew=False, plan="new",
    )  # fmt: skip
    return pd.concat([first, second], ignore_index=True)


def garble(tables: dict[str, pd.DataFrame], t: pd.Timestamp, seed: int) -> dict[str, pd.DataFrame]:
    """The past as it is; what arrives later, and every time that is not past, is nonsense."""
    rng = np.random.default_rng(seed)
    return {name: _garble(name, frame, t, rng) for name, frame in tables.items()}


def _garble(name: str, frame: pd.DataFrame, t: pd.Timestamp, rng: np.random.Generator) -> pd.DataFrame:
    out = frame.copy()
    late = np.flatnonzero((arrived(name, out) >= t).to_numpy())
    for column in [c for c in out.columns if c not in CANONICAL[name].key and c != "valid_from"]:
        shuffled = out[column].to_numpy()[rng.permutation(late)]
        if str(out[column].dtype).startswith("datetime"):
            shuffled = _after(t, len(late), rng, out[column].dtype)
        out.iloc[late, out.columns.get_loc(column)] = shuffled
    for column, beside in SECOND_TIMES.get(name, {}).items():
        future = np.flatnonzero((~(out[column] < t)).to_numpy())
        for moved in [column, *(c for c in beside if c == "known_at")]:
            out.iloc[future, out.columns.get_loc(moved)] = _after(t, len(future), rng, out[column].dtype)
        for told in (c for c in beside if c in ("satisfaction", "compensation", "score")):
            out.iloc[future, out.columns.get_loc(told)] = rng.integers(0, 9, len(future))
    return out.sample(frac=1, random_state=seed_of(rng)).reset_index(drop=True)


def _after(t: pd.Timestamp, count: int, rng: np.random.Generator, dtype: object) -> pd.Series:
    return pd.Series(t + pd.to_timedelta(rng.integers(0, 400, count), unit="D")).astype(dtype).array


def seed_of(rng: np.random.Generator) -> int:
    return int(rng.integers(0, 2**31))


def snapshots(tables: dict[str, pd.DataFrame], day: str) -> pd.DataFrame:
    ids = sorted(set(tables["customers"]["customer_id"]))
    return pd.DataFrame({"customer_id": ids, "as_of_date": day}).astype(
        {"customer_id": "str", "as_of_date": "datetime64[us]"}
    )


def midnight(day: str) -> pd.Timestamp:
    return pd.Timestamp(day).tz_localize(COMPANY.time_zone).tz_convert("UTC").as_unit("us")


@pytest.mark.parametrize("day", DATES)
def test_features_equal_those_of_the_data_cut_by_arrival(company, day):
    rows = snapshots(company, day)
    full = featurize(company, rows, COMPANY, CHURN, Features())
    then = featurize(cut(company, midnight(day)), rows, COMPANY, CHURN, Features(), full.declarations)
    pd.testing.assert_frame_equal(then.frame, full.frame, check_exact=True)
    assert {feature.family for feature in full.declarations} == set(get_args(Family))


@pytest.mark.parametrize("day", DATES)
def test_features_do_not_change_when_everything_later_is_garbled(company, day):
    rows = snapshots(company, day)
    full = featurize(company, rows, COMPANY, CHURN, Features())
    wrong = garble(company, midnight(day), seed=4)
    pd.testing.assert_frame_equal(
        featurize(wrong, rows, COMPANY, CHURN, Features(), full.declarations).frame, full.frame, check_exact=True
    )


@pytest.mark.parametrize("kind", ["contract", "silence"])
@pytest.mark.parametrize("day", DATES)
def test_cohorts_equal_those_of_the_data_cut_by_arrival(company, day, kind):
    churn = Churn(definition=kind, kinds=["order"], competing_reasons=["deceased"])

    def cohort(tables: dict[str, pd.DataFrame]) -> set[str]:
        rule = definition(tables, churn, COMPANY.time_zone)
        return set(rule.customers[rule.cohort(to_date(day))])

    everybody = set(company["customers"]["customer_id"])
    assert cohort(cut(company, midnight(day))) == cohort(company)
    assert cohort(garble(company, midnight(day), seed=4)) == cohort(company)
    assert 0 < len(cohort(company)) < len(everybody)


def test_the_proof_sees_a_leak(company):
    """A time that stands in the data too early changes features, so that equality above means something."""
    day = "2024-11-11"
    rows = snapshots(company, day)
    leaky = {
        **company,
        "tickets": company["tickets"].assign(known_at=pd.Timestamp("2024-01-01", tz="UTC").as_unit("us")),
    }
    leaky["tickets"]["opened_at"] -= pd.Timedelta(days=30)
    full = featurize(company, rows, COMPANY, CHURN, Features())
    found = featurize(leaky, rows, COMPANY, CHURN, Features(), full.declarations)
    assert not found.frame["tickets_opened_91"].equals(full.frame["tickets_opened_91"])


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        ("contract_fee", "contracts.monthly_fee"),
        ("contract_plan", "contracts.plan"),
        ("customer_segment", "customers.segment"),
    ],
)
def test_attributes_without_validity_are_refused_unless_declared_constant(company, kind, column):
    today = {name: company[name].copy() for name in ("interactions", "customers", "contracts")}
    today["customers"]["valid_from"] = today["contracts"]["valid_from"] = pd.Series(pd.NaT, dtype="datetime64[us, UTC]")
    rows = snapshots(company, "2024-11-11")
    extra = ExtraFeature(name="own", family="price", meaning="own", kinds=[kind], aggregate="open_count")
    built_in = featurize(today, rows, COMPANY, CHURN, Features())
    assert not [f for f in built_in.declarations if f.events and kind in f.events.kinds]
    with pytest.raises(SettingsError, match=f"{column}, which holds today's.*declare {column} in"):
        featurize(today, rows, COMPANY, CHURN, Features(extra=[extra]))
    declared = featurize(today, rows, COMPANY, CHURN, Features(extra=[extra], constant_columns=[column]))
    assert declared.frame["own"].max() > 0


def _incidents() -> pd.DataFrame:
    if not INCIDENTS.exists():
        pytest.skip("the incident log is not on this machine")
    log = pd.read_csv(
        INCIDENTS, usecols=["number", "caller_id", "opened_at", "sys_updated_at", "resolved_at"], dtype="str"
    )
    log = log[log["number"].isin(sorted(log["number"].unique())[::60])]
    for column in ("opened_at", "sys_updated_at", "resolved_at"):
        log[column] = pd.to_datetime(log[column], format="%d/%m/%Y %H:%M", utc=True, errors="coerce")
    return log.sort_values(["number", "sys_updated_at"], kind="stable")


def _tickets(log: pd.DataFrame) -> dict[str, pd.DataFrame]:
    first = log.drop_duplicates("number")
    known = first["sys_updated_at"].where(first["sys_updated_at"] > first["opened_at"], first["opened_at"])
    rows = pd.DataFrame({"ticket_id": first["number"], "customer_id": first["caller_id"],
    "opened_at": first["opened_at"],
                         "resolved_at": first["resolved_at"], "known_at": known})  # fmt: skip
    orders = rows.rename(columns={"opened_at": "occurred_at", "ticket_id": "event_id"}).assign(kind="call")
    return {
        "tickets": worlds.frame(CANONICAL["tickets"], rows.to_dict("records")),
        "interactions": worlds.frame(CANONICAL["interactions"], orders.drop(columns="resolved_at").to_dict("records")),
    }


@pytest.mark.parametrize("day", ["2016-03-14", "2016-04-18", "2016-05-09"])
def test_a_resolution_filled_in_on_earlier_rows_of_a_ticket_is_invisible_before_it_happens(day):
    log = _incidents()
    t = midnight(day)
    as_it_stood = log[log["sys_updated_at"] < t].copy()
    as_it_stood["resolved_at"] = as_it_stood["resolved_at"].where(as_it_stood["resolved_at"] < t)
    assert log.loc[log["sys_updated_at"] < t, "resolved_at"].ge(t).any()
    rows = pd.DataFrame({"customer_id": sorted(log["caller_id"].unique()), "as_of_date": day})
    rows = rows.astype({"customer_id": "str", "as_of_date": "datetime64[us]"})
    full = featurize(_tickets(log), rows, COMPANY, Churn(), Features())
    then = featurize(_tickets(as_it_stood), rows, COMPANY, Churn(), Features(), full.declarations)
    assert full.frame["tickets_open_now"].sum() > 0
    pd.testing.assert_frame_equal(then.frame, full.frame, check_exact=True)
