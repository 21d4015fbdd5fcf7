"""What happens before DVC runs: the demo company only where nothing stands, and no git needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bleib.commands import way
from bleib.settings import Source

DEMO = [Source(table="interactions", files="data/raw/orders.csv", columns={})]
DATABASE = [Source(table="interactions", url="sqlite://", query="select 1", columns={})]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".dvc").mkdir()
    monkeypatch.setattr("bleib.demo.simulate", lambda folder, truth: (folder / "made").touch(), raising=False)
    return tmp_path


def test_empty_raw_folder_is_filled_with_the_demo_company(project: Path) -> None:
    way.prepare(DEMO)
    assert [p.name for p in (project / "data/raw").iterdir()] == ["made"]


def test_file_of_the_user_is_never_joined_by_the_demo_company(project: Path) -> None:
    (project / "data/raw").mkdir(parents=True)
    (project / "data/raw/mine.csv").write_text("mine", encoding="utf-8")
    way.prepare(DEMO)
    assert [p.name for p in (project / "data/raw").iterdir()] == ["mine.csv"]


def test_company_in_a_database_gets_no_demo_files(project: Path) -> None:
    way.prepare(DATABASE)
    assert list((project / "data/raw").iterdir()) == []


def test_dvc_is_told_to_work_without_git_only_where_there_is_none(project: Path) -> None:
    (project / ".git").mkdir()
    way.prepare(DATABASE)
    assert not (project / ".dvc/config.local").exists()
    (project / ".git").rmdir()
    way.prepare(DATABASE)
    assert "no_scm = true" in (project / ".dvc/config.local").read_text(encoding="utf-8")
