"""`bleib compare` on a small project with git and DVC: commits, an unknown name, a file that is not there."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from projects import ROOT, command

from bleib import artifacts

CUSTOMERS = 400
FILES = (artifacts.FOLD_SCORES, artifacts.TEST_SCORES, artifacts.DICTIONARY)


def write_scores(folder: Path, skill: float) -> None:
    """Scores that see the hidden risk with some skill, and a dictionary of three features."""
    rng = np.random.default_rng(5)
    hidden = rng.normal(size=CUSTOMERS)
    left = rng.random(CUSTOMERS) < 1 / (1 + np.exp(1 - 1.5 * hidden))
    score = skill * hidden + 0.4 * rng.normal(size=CUSTOMERS)
    frame = pd.DataFrame({"customer_id": [f"c{k}" for k in range(CUSTOMERS)], "churned": left})
    tested = frame.assign(as_of_date=pd.Timestamp("2025-03-03"), bleib=1 / (1 + np.exp(1 - score)))
    folds = frame.assign(as_of_date=pd.Timestamp("2024-12-02"), weight=1.0, seed_1=score, seed_2=score + 0.01)
    for artifact, table in ((artifacts.TEST_SCORES, tested), (artifacts.FOLD_SCORES, folds)):
        path = folder / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        table.to_parquet(path, index=False)
    (folder / artifacts.DICTIONARY.path).write_text("name,family\na,recency\nb,recency\nc,value\n", encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A commit without scores, tag `weak`, tag `strong`, and scores in the workspace equal to `strong`."""
    folder = tmp_path_factory.mktemp("compare")
    shutil.copy(ROOT / "params.yaml", folder)
    for words in (["git", "init", "-q"], ["dvc", "init", "-q"], ["git", "add", "."], ["git", "commit", "-qm", "start"]):
        command(folder, *words)
    command(folder, "git", "tag", "empty")
    for name, skill in (("weak", 0.3), ("strong", 1.5)):
        write_scores(folder, skill)
        command(folder, "dvc", "add", "-q", *(str(one.path) for one in FILES))
        command(folder, "git", "add", ".")
        command(folder, "git", "commit", "-qm", name)
        command(folder, "git", "tag", name)
    return folder


def test_the_better_of_two_commits_is_kept_whatever_the_order(project: Path) -> None:
    assert "KEEP strong: it is better" in command(project, "bleib", "compare", "weak", "strong").stdout
    assert "KEEP strong: weak is worse" in command(project, "bleib", "compare", "strong", "weak").stdout


def test_a_commit_is_compared_with_the_files_as_they_are_now(project: Path) -> None:
    told = command(project, "bleib", "compare", "strong").stdout
    assert "400 snapshots of 400 customers on 1 forward folds that both scored" in told
    assert "SAME: strong and workspace score all of them alike" in told


def test_the_test_dates_are_asked_for_the_last_word(project: Path) -> None:
    told = command(project, "bleib", "compare", "weak", "strong", "--on", "test").stdout
    assert "400 snapshots of 400 customers on 1 test dates that both scored" in told
    assert "KEEP strong: it is better" in told


def test_a_version_without_folds_is_told_the_way_to_the_test_dates(project: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(project, bare)
    path = bare / artifacts.FOLD_SCORES.path
    pd.read_parquet(path).head(0).to_parquet(path, index=False)
    done = command(bare, "bleib", "compare", "strong", check=False)
    assert done.returncode == 1
    assert "there are no forward folds to compare on" in done.stderr
    assert "--on test" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_experiment_is_found_by_its_name(project: Path) -> None:
    write_scores(project, 1.5)
    command(project, "dvc", "exp", "save", "-q", "-n", "trial", "--include-untracked", "params.yaml")
    assert "KEEP trial: it is better" in command(project, "bleib", "compare", "weak", "trial").stdout


def test_an_unknown_revision_is_named_with_the_way_to_find_one(project: Path) -> None:
    done = command(project, "bleib", "compare", "stronk", "weak", check=False)
    assert done.returncode == 1
    assert "no revision 'stronk'" in done.stderr
    assert "dvc exp show" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_revision_without_scores_is_told_with_the_remedy(project: Path) -> None:
    done = command(project, "bleib", "compare", "empty", "weak", check=False)
    assert done.returncode == 1
    assert f"{artifacts.FOLD_SCORES.path} of empty is not here" in done.stderr
    assert "dvc pull" in done.stderr


def test_a_file_that_left_the_cache_is_told_with_the_remedy(project: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(project, bare)
    shutil.rmtree(bare / ".dvc" / "cache")
    done = command(bare, "bleib", "compare", "weak", "strong", check=False)
    assert done.returncode == 1
    assert "of weak is not here" in done.stderr
    assert "Traceback" not in done.stderr
