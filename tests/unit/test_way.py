"""What happens before DVC runs: the demo company only where nothing stands, and no git needed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import report_inputs
from bleib import artifacts
from bleib.commands import way
from bleib.errors import SettingsError
from bleib.files import write_csv
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


def test_what_a_person_has_told_dvc_stays(project: Path) -> None:
    local = project / ".dvc/config.local"
    local.write_text("['remote \"s3\"']\n    url = s3://b\n    secret_access_key = X%Y\n", encoding="utf-8")
    way.prepare(DATABASE)
    way.prepare(DATABASE)
    text = local.read_text(encoding="utf-8")
    assert "['remote \"s3\"']" in text
    assert "secret_access_key = X%Y" in text
    assert text.count("no_scm = true") == 1


def test_a_list_whose_model_was_not_evaluated_says_so(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    artifacts.AT_RISK.path.parent.mkdir(parents=True)
    write_csv(artifacts.AT_RISK.path, report_inputs.at_risk(0))
    way.show_results(5)
    said = capsys.readouterr().out
    assert "How good this list is has not been measured" in said
    assert "Metrics" not in said  # nor any other file that is not there


def test_the_top_of_the_list_is_told_as_it_was_written(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A customer may be called NA, and one without reasons has none."""
    (project / "params.yaml").write_text("company: {name: Test}\n", encoding="utf-8")
    rows = report_inputs.at_risk(8)
    rows.loc[0, ["customer_id", "display_name", "play"]] = ["01", "NA", "None"]
    rows.loc[1, "churn_probability"] = 0.9996
    write_csv(artifacts.AT_RISK.path, rows)
    way.show_results(8)
    said = capsys.readouterr().out
    assert "(00001): >99%\n" in said
    assert "First on the list of 2025-06-07:\n  1. NA (01): 93%\n       no order for 84 days" in said
    assert "     → None, by 2025-06-08\n" in said
    assert said.endswith("  8. Kundin 7 (00007): 79%\n")


def test_a_fault_in_the_settings_of_a_late_stage_is_told_before_the_first(project: Path) -> None:
    (project / "dvc.yaml").write_text("stages: {}\n", encoding="utf-8")
    (project / "params.yaml").write_text("evaluate: {segment_column: segmnt}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"evaluate\.segment_column: .*'segment' or 'region'.*found 'segmnt'"):
        way.run_the_way([])
    assert not (project / "data/raw").exists()


def test_a_setting_that_dvc_will_look_for_is_missed_before_the_first_stage(project: Path) -> None:
    stages = "stages: {explain: {cmd: x, params: [company.language, listing]}, label: {cmd: x, params: [clock.dates]}}"
    (project / "dvc.yaml").write_text(stages, encoding="utf-8")
    (project / "params.yaml").write_text("company: {name: Shop}\nclock: {dates: 5}\n", encoding="utf-8")
    with pytest.raises(SettingsError) as told:
        way.run_the_way([])
    assert "company.language is missing" in str(told.value)
    assert "listing is missing" in str(told.value)
    assert "clock" not in str(told.value)


def test_the_package_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "bleib", "--help"], capture_output=True, text=True, check=True)
    assert "Who is about to leave, why, and what to do about it." in done.stdout


def write_features(*names: str) -> None:
    """The features as a folder with these parts, and their dictionary."""
    shutil.rmtree(artifacts.FEATURES.path, ignore_errors=True)
    artifacts.FEATURES.path.mkdir(parents=True)
    for name in names:
        (artifacts.FEATURES.path / name).write_text(name, encoding="utf-8")
    artifacts.DICTIONARY.path.write_text(", ".join(names), encoding="utf-8")


def features() -> tuple[list[str], str]:
    names = sorted(part.name for part in artifacts.FEATURES.path.iterdir())
    return names, artifacts.DICTIONARY.path.read_text(encoding="utf-8")


def test_what_the_model_was_trained_on_is_there_again_after_a_new_week(project: Path) -> None:
    write_features("trained")
    with way.training_data_aside():
        assert not artifacts.FEATURES.path.exists()
        write_features("week")
    assert features() == (["trained"], "trained")
    assert list((project / "data").rglob("week")) == []


def test_what_the_model_was_trained_on_is_there_again_where_a_new_week_fails(project: Path) -> None:
    write_features("trained")
    with pytest.raises(KeyboardInterrupt), way.training_data_aside():
        artifacts.FEATURES.path.mkdir()  # and no dictionary yet
        raise KeyboardInterrupt
    assert features() == (["trained"], "trained")


def test_a_new_week_with_a_model_from_elsewhere_leaves_its_own_features(project: Path) -> None:
    with way.training_data_aside():
        write_features("week")
    assert features() == (["week"], "week")


def test_what_a_killed_week_has_left_aside_is_not_put_over_a_later_training(project: Path) -> None:
    write_features("old")
    way.training_data_aside().__enter__()  # and killed
    write_features("trained since")
    with way.training_data_aside():
        write_features("week")
    assert features() == (["trained since"], "trained since")
