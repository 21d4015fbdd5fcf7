"""Unit tests of what the notebooks share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from bleib import artifacts, notebook
from bleib.errors import BleibError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "params.yaml").write_text("company: {name: Test}\n", encoding="utf-8")
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_project_is_the_nearest_folder_above_with_settings(folder: Path) -> None:
    deep = folder / "notebooks" / "drafts"
    deep.mkdir(parents=True)
    assert notebook.project_folder(deep) == folder


def test_folder_without_project_is_named(tmp_path: Path) -> None:
    with pytest.raises(BleibError, match=re.escape(f"no params.yaml in {tmp_path} or above it")):
        notebook.project_folder(tmp_path)


def test_everything_missing_is_named_at_once_with_the_stages_that_make_it(folder: Path) -> None:
    (folder / "data/features.csv").write_text("name\n", encoding="utf-8")
    with pytest.raises(BleibError) as missing:
        notebook.require(artifacts.DICTIONARY, artifacts.SPLIT, artifacts.METRICS)
    assert str(missing.value).startswith("not made yet: data/split.csv, data/evaluation/metrics.json. ")
    assert "bleib run split evaluate" in str(missing.value)


def test_list_keeps_leading_zeros_and_its_dates_are_dates(folder: Path) -> None:
    (folder / "data/at_risk").mkdir()
    (folder / artifacts.AT_RISK.path).write_text(
        "rank,customer_id,as_of_date,due_date,reason_1\n1,0042,2025-03-01,,no order\n", encoding="utf-8"
    )
    row = notebook.load(artifacts.AT_RISK).iloc[0]
    assert (row["customer_id"], row["as_of_date"]) == ("0042", pd.Timestamp("2025-03-01"))
    assert pd.isna(row["due_date"])


def test_as_of_dates_of_a_table_without_declared_columns_are_dates(folder: Path) -> None:
    (folder / "data/split.csv").write_text("as_of_date,part\n2025-03-01,train\n", encoding="utf-8")
    assert notebook.load(artifacts.SPLIT)["as_of_date"].tolist() == [pd.Timestamp("2025-03-01")]


def test_a_segment_called_na_or_01_keeps_its_name(folder: Path) -> None:
    (folder / "data/evaluation").mkdir()
    (folder / artifacts.BY_GROUP.path).write_text("by,group,value\nsegment,NA,1\nsegment,01,\n", encoding="utf-8")
    groups = notebook.load(artifacts.BY_GROUP)
    assert groups["group"].tolist() == ["NA", "01"]
    assert groups["value"].isna().tolist() == [False, True]


@pytest.fixture
def canvas() -> Iterator[None]:
    plt.switch_backend("Agg")
    yield
    plt.close("all")


@pytest.mark.usefixtures("canvas")
def test_cell_without_figure_is_drawn_as_dash() -> None:
    axes = notebook.heat(pd.DataFrame({"a": [0.1, None], "b": [0.9, 0.5]}), "title")
    assert [text.get_text() for text in axes.texts] == ["10%", "90%", "–", "50%"]
    assert [text.get_color() for text in axes.texts] == ["black", "white", "black", "black"]


@pytest.mark.usefixtures("canvas")
def test_interval_that_is_not_known_is_a_point_alone() -> None:
    frame = pd.DataFrame({"model": ["a"], "value": [0.7], "low": [None], "high": [None]})
    axes = notebook.intervals(frame, "model", "title")
    assert [text.get_text() for text in axes.texts] == ["0.700"]


def test_panels_that_share_their_dates_show_them_also_above_an_empty_place() -> None:
    axes = notebook.panels(5, sharex=True)
    assert [ax.xaxis.get_tick_params()["labelbottom"] for ax in axes] == [False, False, True, True, True]
    plt.close("all")
