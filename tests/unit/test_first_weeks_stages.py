"""The stages of a company of which no outcome is closed yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml

import model_worlds
import worlds
from bleib import artifacts
from bleib.commands.gate import print_verdict
from bleib.errors import DataError
from bleib.files import read_json, sha256, write_csv, write_json
from bleib.model.loading import load_model
from bleib.model.rhythm import RhythmModel
from bleib.model.serving import _load_pyfunc
from bleib.stages import evaluate, refit, register, score, search, split, train

# Outcome windows of 40 days, dates 28 days apart; ten as-of dates from 2024-01-01 on.
CHURN = {"horizon_days": 40, "active_days": 120}
# MLflow 3.17 does what SQLAlchemy 2.1 and pandas 3.1 call deprecated
pytestmark = [
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Operation with range is deprecated"),
]
STAGES = (split, search, train, evaluate, refit, register, score)
NAMES = ("split", "search", "train", "evaluate", "refit", "score")


def write_world(definition: str = "silence", dates: int = 3, open_dates: int = 3) -> None:
    settings = {
        "churn": CHURN | {"definition": definition},
        "clock": {"every_days": 28, "min_history_days": 30},
        "split": {"test_dates": 1},
    }
    Path("params.yaml").write_text(yaml.safe_dump(settings))
    features, snapshots = model_worlds.company(dates=dates, open_dates=open_dates)
    model_worlds.write_features(features)
    worlds.write_in_buckets(artifacts.SNAPSHOTS.path, snapshots, 3)
    write_csv(artifacts.LABEL_SUMMARY.path, snapshots[["as_of_date"]].drop_duplicates())
    end = str(snapshots["as_of_date"].max().date())
    write_json(artifacts.CALENDAR.path, {"first_day": "2023-12-02", "data_end": end})


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    write_world()
    yield tmp_path


@pytest.mark.parametrize(("dates", "open_dates"), [(3, 3), (4, 2)])
def test_everybody_gets_a_probability_and_nothing_is_claimed(project: Path, dates: int, open_dates: int) -> None:
    """With no closed outcome, and with some that are too few to train and to test."""
    write_world(dates=dates, open_dates=open_dates)
    for stage in STAGES:
        stage.main()
    assert [str(a.path) for a in artifacts.ALL if a.stage in NAMES and not a.path.exists()] == []
    scores = pd.read_parquet(artifacts.SCORES.path)
    assert len(scores) == 200
    assert scores["churn_probability"].between(0, 1, inclusive="neither").all()
    assert scores["churn_probability"].std() > 0.05
    metrics = read_json(artifacts.METRICS.path)
    assert metrics["models"] == {}
    assert metrics["gate"]["passed"] is False


def test_the_gate_says_that_nothing_is_proved_and_from_when_on_it_will_be(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    split.main()
    search.main()
    train.main()
    evaluate.main()
    assert not print_verdict()
    # As-of dates lie 28, 56, … days before the end, from 2024-01-01 on. Mature from 43 days on, the test date 56 days
    # before the end; a training date 40 days before that, 112 days before the end: 2024-01-01 + 112 days.
    expected = (
        "NOT PROVED: nothing is known yet of how good this list is.\n"
        "  - no outcome is closed early enough to train a model and test it; the probabilities are those of each "
        "customer's own rhythm (MBG/NBD). When the data are complete up to 2024-04-22 a model will be trained and "
        "tested."
    )
    assert capsys.readouterr().out.rstrip().endswith(expected)
    assert read_json(artifacts.METRICS.path)["gate"]["trained_from"] == "2024-04-22"


def test_the_recipe_says_what_is_used_and_the_list_has_the_same_model(project: Path) -> None:
    for stage in STAGES:
        stage.main()
    recipe = read_json(artifacts.RECIPE.path)
    assert (recipe["candidate"], recipe["trees"]) == ("mbg_nbd", 0)
    assert recipe["notes"] == [
        "no outcome is closed early enough to train on: the customers' own rhythm (MBG/NBD) is used"
    ]
    evaluated, listed = load_model(artifacts.EVALUATED_MODEL.path), load_model(artifacts.MODEL.path)
    assert isinstance(evaluated, RhythmModel)
    assert isinstance(listed, RhythmModel)
    assert evaluated.process == listed.process
    about = read_json(artifacts.MODEL.path / "model.json")["about"]
    assert about["evaluated_model_sha256"] == sha256(artifacts.EVALUATED_MODEL.path)


def test_the_model_is_served_with_reasons(project: Path) -> None:
    for stage in STAGES:
        stage.main()
    features = pd.read_parquet(artifacts.FEATURES.path).head(20)
    answered = _load_pyfunc(str(artifacts.MODEL.path)).predict(features)
    assert answered["churn_probability"].between(0, 1).all()
    assert answered["reason_1"].str.match(r"^((recency|onboarding|frequency) \+\d\.\d\d)?$").all()


def test_a_search_says_that_there_is_nothing_to_search_on(project: Path) -> None:
    settings = yaml.safe_load(Path("params.yaml").read_text())
    Path("params.yaml").write_text(yaml.safe_dump(settings | {"search": {"minutes": 5}}))
    split.main()
    search.main()
    (note,) = read_json(artifacts.TUNED.path)["notes"]
    assert note.startswith("the settings of params.yaml stay: too few training dates for a search; of 0 forward folds")


def test_contract_churn_stops_and_says_from_when_on_it_works(project: Path) -> None:
    write_world("contract")
    with pytest.raises(DataError, match=r"Of 3 dates 0 are mature .* works from 2024-04-22 on"):
        split.main()
    assert not artifacts.SPLIT.path.exists()


def test_as_soon_as_it_can_be_a_model_is_trained(project: Path) -> None:
    write_world(dates=5, open_dates=2)
    for stage in (split, search, train):
        stage.main()
    assert pd.read_csv(artifacts.SPLIT.path)["part"].tolist() == ["train", "purged", "test", "open", "score"]
    assert read_json(artifacts.RECIPE.path)["candidate"] == "simple"  # few left, but they did
