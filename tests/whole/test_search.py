"""A search for settings on the whole way, with a small budget: through DVC, as a person runs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from projects import command, make_project

from bleib import artifacts
from bleib.demo import simulate
from bleib.files import read_json

QUICK = {"learning_rate": [0.05, 0.2], "num_leaves": [3, 15], "linear_penalty": [0.01, 0.5]}


@dataclass(frozen=True)
class Ran:
    """A project after its first run, and what that said."""

    folder: Path
    said: str


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    changes = {
        "search": {"minutes": 1, "trials": 2, "space": QUICK},
        "churn": {"horizon_days": 28},
        "clock": {"dates": 15},
    }
    folder = make_project(tmp_path_factory.mktemp("whole") / "clone", changes)
    simulate(folder / "data/raw", folder / "data/demo_truth", customers=400, days=560, seed=3)
    return Ran(folder, command(folder, "bleib", "run").stdout)


def allow_trials(project: Path, trials: int) -> None:
    params = project / "params.yaml"
    text = params.read_text(encoding="utf-8")
    assert text.count("trials: 2\n") == 1
    params.write_text(text.replace("trials: 2\n", f"trials: {trials}\n"), encoding="utf-8")


def test_the_way_ends_in_a_list_and_says_what_came_of_the_search(ran: Ran) -> None:
    project = ran.folder
    tuned, recipe = read_json(project / artifacts.TUNED.path), read_json(project / artifacts.RECIPE.path)
    assert tuned["trials"] >= 1
    assert recipe["searched"] == tuned["settings"]
    assert recipe["notes"][: len(tuned["notes"])] == tuned["notes"]
    assert f"search: {tuned['notes'][0]}" in ran.said
    assert (project / artifacts.AT_RISK.path).exists()
    shown = "found by a search" if tuned["settings"] else "as in params.yaml"
    assert shown in (project / artifacts.REPORT_PAGE.path).read_text(encoding="utf-8")
    assert command(project, "git", "status", "--porcelain").stdout.split() == ["??", "dvc.lock"]


def test_a_second_run_does_no_work_and_more_trials_go_on_with_the_same_study(ran: Ran) -> None:
    project = ran.folder
    before = read_json(project / artifacts.TUNED.path)["trials"]
    assert "Running stage" not in command(project, "bleib", "run").stdout
    allow_trials(project, before + 1)
    said = command(project, "dvc", "repro", "search").stdout
    assert f"search: {before} trials so far" in said
    assert read_json(project / artifacts.TUNED.path)["trials"] == before + 1
