"""The stage search in a folder of its own: off, on, and what training and refit make of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from sqlalchemy import create_engine, text

import model_worlds
import worlds
from bleib import artifacts
from bleib.files import read_json, read_parquet, write_json
from bleib.stages import refit, search, split, train

BLUNT = {"n_estimators": 30, "learning_rate": 0.1, "num_leaves": 7, "min_child_samples": 100_000}  # no tree has a split
SETTINGS: dict[str, dict[str, Any]] = {
    "churn": {"horizon_days": 28},
    "split": {"test_dates": 2},
    "search": {"minutes": 10, "trials": 2, "space": {"min_child_samples": [5, 20]}},
    "train": {"seeds": [1, 2], "challengers": False, "lightgbm": BLUNT},
}
# MLflow 3.17 does what SQLAlchemy 2.1 and pandas 3.1 call deprecated
pytestmark = [
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Operation with range is deprecated"),
]


def write_settings(**changes: dict[str, Any]) -> None:
    merged = {section: values | changes.get(section, {}) for section, values in SETTINGS.items()}
    Path("params.yaml").write_text(yaml.safe_dump(merged))


def studies() -> int:
    engine = create_engine(f"sqlite:///{artifacts.STUDIES.path}")
    with engine.connect() as connection:
        found = int(connection.execute(text("select count(*) from studies")).scalar_one())
    engine.dispose()
    return found


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    write_settings()
    features, snapshots = model_worlds.company(dates=11)
    model_worlds.write_features(features)
    worlds.write_in_buckets(artifacts.SNAPSHOTS.path, snapshots, 3)
    write_json(artifacts.CALENDAR.path, {"first_day": "2023-01-01", "data_end": "2024-09-09"})
    split.main()
    yield tmp_path


def test_what_was_found_is_used_by_training_and_refit_and_said(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    search.main()
    leaf = read_json(artifacts.TUNED.path)["settings"]["min_child_samples"]
    assert 5 <= leaf <= 20
    train.main()
    refit.main()
    recipe = read_json(artifacts.RECIPE.path)
    assert (recipe["searched"], recipe["settings_from"]) == ({"min_child_samples": leaf}, "search")
    assert recipe["notes"][0] in capsys.readouterr().out
    assert recipe["notes"][0].startswith("the settings of the best of 2 trials are used")
    for model in (artifacts.EVALUATED_MODEL, artifacts.MODEL):
        stored = read_json(model.path / "model.json")
        assert stored["parameters"]["min_child_samples"] == leaf
        assert stored["about"]["settings_from"] == "search"
    curve = pd.read_csv(artifacts.DATES_CURVE.path)
    assert curve["auroc"].iloc[-1] > 0.6  # with the settings of params it is 0.5


def test_test_dates_are_never_read(project: Path) -> None:
    search.main()
    before = read_json(artifacts.TUNED.path)
    parts = pd.read_csv(artifacts.SPLIT.path, parse_dates=["as_of_date"]).set_index("as_of_date")["part"]
    rng = np.random.default_rng(5)
    features, snapshots = read_parquet(artifacts.FEATURES.path), read_parquet(artifacts.SNAPSHOTS.path)
    other = (features["as_of_date"].map(parts) != "train").to_numpy()
    features.loc[other, "drift"] = rng.normal(size=other.sum()).astype("float32")
    turned = (snapshots["as_of_date"].map(parts) == "test").to_numpy()
    snapshots.loc[turned, "churned"] = ~snapshots.loc[turned, "churned"]
    model_worlds.write_features(features)
    worlds.write_in_buckets(artifacts.SNAPSHOTS.path, snapshots, 3)
    search.main()
    assert read_json(artifacts.TUNED.path) == before
    assert studies() == 1


def test_the_search_goes_on_in_the_next_run_and_begins_anew_with_another_space(project: Path) -> None:
    search.main()
    write_settings(search={"trials": 3})
    search.main()
    assert (read_json(artifacts.TUNED.path)["trials"], studies()) == (3, 1)
    write_settings(search={"space": {"min_child_samples": [5, 30]}})
    search.main()
    assert (read_json(artifacts.TUNED.path)["trials"], studies()) == (2, 2)


def test_switched_off_again_the_settings_of_params_hold_and_the_studies_stay(project: Path) -> None:
    search.main()
    write_settings(search={"minutes": 0})
    search.main()
    assert read_json(artifacts.TUNED.path)["settings"] == {}
    assert studies() == 1


def test_without_a_search_there_is_a_database_without_tables_and_no_file_without_content(project: Path) -> None:
    write_settings(search={"minutes": 0})
    search.main()
    first = artifacts.STUDIES.path.read_bytes()
    assert first.startswith(b"SQLite format 3")
    search.main()
    assert artifacts.STUDIES.path.read_bytes() == first
    write_settings()
    search.main()
    assert studies() == 1


def test_the_study_is_no_link_into_the_cache_of_dvc(project: Path) -> None:
    search.main()
    kept = artifacts.STUDIES.path.rename("cached")
    kept.chmod(0o444)
    artifacts.STUDIES.path.symlink_to(kept.absolute())
    before = kept.read_bytes()
    write_settings(search={"trials": 3})
    search.main()
    assert kept.read_bytes() == before
    assert read_json(artifacts.TUNED.path)["trials"] == 3


def test_off_writes_an_empty_choice_without_heavy_imports(project: Path) -> None:
    write_settings(search={"minutes": 0})
    asked = "import sys; from bleib.stages.search import main; main(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    said, loaded = done.stdout.splitlines()
    assert said == "search: off (search.minutes: 0)"
    assert not {"optuna", "lightgbm", "mlflow", "sklearn", "scipy", "sqlalchemy"} & set(loaded.split())
    empty = {"settings": {}, "trials": 0, "pruned": 0, "log_loss": {}, "proof": None, "notes": []}
    assert read_json(artifacts.TUNED.path) == empty
    assert artifacts.STUDIES.path.read_bytes().startswith(b"SQLite format 3")
