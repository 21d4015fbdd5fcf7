"""The exports as a reader finds them: dialects, planted faults, the leak layer, and no truth among them."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bleib.demo import Simulated, simulate
from bleib.errors import DataError
from bleib.files import sha256

CUSTOMERS, DAYS = 900, 560
END = pd.Timestamp("2026-06-29")


@dataclass(frozen=True)
class World:
    raw: Path
    truth: Path
    report: Simulated

    def faults(self, file: str) -> dict[str, int]:
        frame = pd.read_parquet(self.truth / "faults.parquet")
        return frame[frame["file"] == file].set_index("fault")["rows"].to_dict()

    def orders(self) -> pd.DataFrame:
        frame = pd.read_csv(
            self.raw / "bestellungen.csv", sep=";", decimal=",", encoding="cp1252", dtype={"Kundennummer": str}
        )
        return frame.assign(
            at=pd.to_datetime(frame["Bestelldatum"], format="%d.%m.%Y %H:%M"),
            arrived=pd.to_datetime(frame["Eingang"], format="%d.%m.%Y %H:%M"),
        )

    def logins(self) -> pd.DataFrame:
        return pd.concat([pd.read_parquet(f) for f in sorted((self.raw / "logins").iterdir())], ignore_index=True)

    def tickets(self) -> pd.DataFrame:
        return pd.read_csv(self.raw / "tickets.csv", encoding="utf-8-sig", dtype={"customer_id": str})

    def contracts(self) -> pd.DataFrame:
        return pd.read_csv(self.raw / "contracts.csv.gz", dtype=str, keep_default_na=False)

    def customers(self) -> pd.DataFrame:
        return pd.read_parquet(self.truth / "customers.parquet")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("demo")
    report = simulate(folder / "raw", folder / "truth", customers=CUSTOMERS, days=DAYS, seed=4)
    return World(folder / "raw", folder / "truth", report)


def test_same_seed_gives_the_same_bytes_of_every_file(world: World, tmp_path: Path) -> None:
    again = simulate(tmp_path / "raw", tmp_path / "truth", customers=CUSTOMERS, days=DAYS, seed=4)
    assert again.files == world.report.files
    assert sha256(tmp_path / "raw", tmp_path / "truth") == sha256(world.raw, world.truth)


def test_other_seed_gives_other_files(world: World, tmp_path: Path) -> None:
    simulate(tmp_path / "raw", tmp_path / "truth", customers=CUSTOMERS, days=DAYS, seed=5)
    assert sha256(tmp_path / "raw" / "bestellungen.csv") != sha256(world.raw / "bestellungen.csv")


def test_filled_folder_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "own.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"not empty \(it holds own\.csv\)"):
        simulate(tmp_path / "raw", tmp_path / "truth", customers=100, days=300)
    assert [f.name for f in (tmp_path / "raw").iterdir()] == ["own.csv"]


def test_interrupted_simulation_leaves_the_folder_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bleib.demo.truth.write_truth", stop)
    with pytest.raises(KeyboardInterrupt):
        simulate(tmp_path / "raw", tmp_path / "truth", customers=100, days=300)
    assert [f.name for f in tmp_path.rglob("*")] == ["raw"]


def test_allowed_simulation_replaces_exports_and_keeps_other_files(tmp_path: Path) -> None:
    stale = tmp_path / "raw" / "logins" / "1999-01.parquet"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"")
    (tmp_path / "raw" / "own.csv").write_text("a\n1\n", encoding="utf-8")
    simulate(tmp_path / "raw", tmp_path / "truth", customers=100, days=300, allow_filled=True)
    assert not stale.exists()
    assert (tmp_path / "raw" / "own.csv").read_text(encoding="utf-8") == "a\n1\n"


def test_truth_among_the_raw_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="among the raw data"):
        simulate(tmp_path / "raw", tmp_path / "raw" / "truth", customers=100, days=300)


def test_company_too_small_to_mean_anything_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="at least 20 and 200"):
        simulate(tmp_path / "raw", tmp_path / "truth", customers=5, days=300)


def test_no_column_of_the_exports_tells_the_truth(world: World) -> None:
    told = {"frailty", "hazard", "elasticity", "response", "effect", "type", "left_if_treated", "left_if_held_out"}
    frames = [world.orders(), world.logins(), world.tickets(), world.contracts()]
    frames += [pd.read_parquet(world.raw / name) for name in ("rechnungen.parquet", "campaign_contacts.parquet")]
    assert not told & {column for frame in frames for column in frame.columns}


def test_customer_numbers_keep_their_leading_zeros(world: World) -> None:
    numbers = pd.concat([world.orders()["Kundennummer"].dropna(), world.contracts()["customer_id"]])
    assert numbers.str.fullmatch(r"\d{7}").all()
    assert (numbers == "0004711").any()


def test_dialects_are_as_different_as_the_systems(world: World) -> None:
    assert (world.raw / "tickets.csv").read_bytes().startswith(b"\xef\xbb\xbfticket_no,")
    assert "gültig ab".encode("cp1252") in (world.raw / "kunden.csv").read_bytes()
    with gzip.open(world.raw / "contracts.csv.gz", "rt", encoding="utf-8") as file:
        assert file.readline().startswith("contract_no,customer_id,valid_from")
    assert world.tickets()["opened"].str.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]00").all()
    order = (world.raw / "bestellungen.csv").read_text(encoding="cp1252").splitlines()[1]
    assert order.split(";")[5].replace(",", "").lstrip("-").isdigit()


@pytest.mark.parametrize("file", ["bestellungen.csv", "logins", "tickets.csv"])
def test_planted_faults_are_in_the_file_as_often_as_logged(world: World, file: str) -> None:
    frame = {"bestellungen.csv": world.orders, "logins": world.logins, "tickets.csv": world.tickets}[file]()
    number = frame["Kundennummer" if file == "bestellungen.csv" else "customer_id"].fillna("")
    when = frame["at"] if "at" in frame else pd.to_datetime(frame["ts" if file == "logins" else "opened"], utc=True)
    end = END if when.dt.tz is None else END.tz_localize("Europe/Berlin")
    merged = pd.read_csv(world.raw / "merges.csv", dtype=str)["old_id"]
    planted = world.faults(file)
    assert (number == "").sum() == planted["missing_id"] > 0
    assert (when >= end).sum() == planted["future"] > 0
    assert frame.duplicated().sum() == planted["duplicate"] > 0
    # Some of the rows with an old number lost it altogether, or were delivered twice.
    assert abs(number.isin(merged).sum() - planted["merged_id"]) <= planted["missing_id"] + planted["duplicate"]


def test_late_rows_are_in_the_file_as_often_as_logged(world: World) -> None:
    orders = world.orders().drop_duplicates()
    clean = orders[(orders["at"] < END)]
    late = (clean["arrived"] - clean["at"] > pd.Timedelta(days=4)).sum()
    assert abs(late - world.faults("bestellungen.csv")["late"]) <= world.faults("bestellungen.csv")["future"]


def test_nothing_arrives_after_the_export(world: World) -> None:
    assert world.orders()["arrived"].max() < END
    assert world.logins()["ingested_at"].max() < END.tz_localize("Europe/Berlin")


def test_logins_of_the_outage_arrive_on_one_day_weeks_later(world: World) -> None:
    logins = world.logins()
    waited = (logins["ingested_at"] - logins["ts"]).dt.days
    backfilled = logins[waited.between(17, 23)]["ingested_at"].dt.date.value_counts()
    assert backfilled.iloc[0] > 20 * backfilled.iloc[1]


def test_old_numbers_stand_before_the_merge_and_new_ones_after(world: World) -> None:
    merges = pd.read_csv(world.raw / "merges.csv", dtype=str)
    orders = world.orders().query("at < @END")
    old = orders.merge(merges, left_on="Kundennummer", right_on="old_id")
    assert len(old) > 0
    assert (old["at"] < pd.to_datetime(old["merged_on"])).all()
    assert not set(merges["old_id"]) & set(world.customers()["customer_id"])


def test_nothing_but_the_closing_invoice_happens_after_the_end_of_the_contract(world: World) -> None:
    ended = world.customers().set_index("customer_id")["ended_at"].dropna()
    logins = world.logins()
    logins = logins[logins["ts"] < END.tz_localize("Europe/Berlin")]
    assert not (logins["ts"] >= logins["customer_id"].map(ended)).any()
    bills = pd.read_parquet(world.raw / "rechnungen.parquet")
    after = bills[bills["ausgestellt"] >= bills["Kundennummer"].map(ended)]
    assert len(after) > 50
    assert (after["Text"] == "Schlussrechnung").all()


def test_cancel_intent_tickets_come_in_the_last_days_before_the_notice(world: World) -> None:
    tickets = world.tickets().dropna(subset="customer_id").query("topic == 'Kündigung'").drop_duplicates()
    merges = pd.read_csv(world.raw / "merges.csv", dtype=str).set_index("old_id")["new_id"]
    customer = tickets["customer_id"].replace(merges.to_dict())
    notice = customer.map(world.customers().set_index("customer_id")["notice_at"])
    opened = pd.to_datetime(tickets["opened"], utc=True)
    days = (notice - opened)[opened < END.tz_localize("UTC")] / pd.Timedelta(days=1)
    assert len(days) > 30
    assert days.between(0, 5).all()


def test_end_of_a_contract_stands_on_all_its_earlier_versions(world: World) -> None:
    contracts = world.contracts()
    versions = contracts.groupby("contract_no").agg(rows=("notice_at", "size"), notices=("notice_at", "nunique"))
    assert (versions["notices"] == 1).all()
    early = contracts[contracts["valid_from"] < contracts["notice_at"]]
    assert (early["end_reason"] != "").all()
    assert (early["status"] == "terminated").all()


def test_price_rises_are_told_before_they_hold(world: World) -> None:
    rises = pd.read_csv(world.raw / "price_changes.csv").query("typ == 'Preiserhöhung'")
    days = (pd.to_datetime(rises["gilt_ab"]) - pd.to_datetime(rises["mitgeteilt_am"])).dt.days
    assert len(rises) > 100
    assert days.between(20, 36).all()


def test_points_are_never_spent_before_they_are_earned(world: World) -> None:
    points = pd.read_csv(world.raw / "punkte.csv", sep=";", encoding="cp1252", dtype={"Kundennummer": str})
    points["Zeit"] = pd.to_datetime(points["Zeit"], format="%d.%m.%Y %H:%M")
    weekly = points.groupby(["Kundennummer", pd.Grouper(key="Zeit", freq="W-MON", closed="left")])["Punkte"].sum()
    assert weekly.groupby(level=0).cumsum().min() >= 0
    assert set(points["Art"]) == {"gutgeschrieben", "eingelöst", "verfallen"}


def test_notices_in_the_truth_are_those_of_the_contracts(world: World) -> None:
    truth = world.customers()
    notices = (
        world.contracts().query("notice_at != ''").drop_duplicates("customer_id").set_index("customer_id")["notice_at"]
    )
    expected = truth.set_index("customer_id")["notice_at"].dropna()
    expected = expected[expected < END.tz_localize("Europe/Berlin")]
    told = pd.to_datetime(notices).dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC")
    assert set(told.index) == set(expected.index)
    assert (told - expected.reindex(told.index)).abs().max() < pd.Timedelta(seconds=2)
    assert world.report.notices == len(expected)


def test_truth_holds_every_term_of_the_hazard_for_each_week_at_risk(world: World) -> None:
    weeks = pd.read_parquet(world.truth / "weeks.parquet")
    assert not weeks.duplicated(["customer_id", "week_start"]).any()
    assert np.isfinite(weeks.drop(columns=["customer_id", "week_start"]).astype(float)).all(axis=None)
    assert {"hazard", "frailty", "price_rise", "treatment", "competitor"} <= set(weeks.columns)
