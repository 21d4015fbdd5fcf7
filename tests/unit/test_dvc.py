"""dvc.yaml tells the truth about what a stage needs."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from dvc_render.vega import VegaRenderer

from bleib import artifacts
from bleib.stages import ORDER
from closure import closure

ROOT = Path(__file__).resolve().parents[2]
STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]


def paths(entries: list[object]) -> list[str]:
    return [next(iter(entry)) if isinstance(entry, dict) else str(entry) for entry in entries]


def outputs(stage: dict[str, list[object]]) -> set[str]:
    return {path for key in ("outs", "metrics", "plots") for path in paths(stage.get(key, []))}


def sources(folder: str) -> set[Path]:
    return {path.relative_to(ROOT) for path in (ROOT / folder).rglob("*.py")}


def test_the_stages_are_the_way_in_order() -> None:
    """An example runs them without dvc.yaml."""
    assert tuple(STAGES) == ORDER


@pytest.mark.parametrize("name", ORDER)
def test_stage_declares_its_true_import_closure(name: str) -> None:
    declared: set[Path] = set()
    for dep in paths(STAGES[name]["deps"]):
        if dep.startswith("src/"):
            declared |= sources(dep) if (ROOT / dep).is_dir() else {Path(dep)}
    true = closure(f"bleib.stages.{name}")
    assert sorted(map(str, true - declared)) == [], "imported but not declared"
    assert sorted(map(str, declared - true)) == [], "declared but not imported"


@pytest.mark.parametrize("name", ORDER)
def test_stage_declares_the_params_sections_it_reads(name: str) -> None:
    module = importlib.import_module(f"bleib.stages.{name}")
    assert sorted(STAGES[name].get("params", [])) == sorted(module.PARAMS)


def test_only_the_stages_that_write_words_depend_on_the_language() -> None:
    read = {name: [p for p in stage.get("params", []) if p.startswith("company")] for name, stage in STAGES.items()}
    assert {name: keys for name, keys in read.items() if keys} == {
        "ingest": ["company.time_zone"],
        "label": ["company.time_zone"],
        "featurize": ["company.time_zone"],
        "evaluate": ["company.time_zone"],
        "worth": ["company.time_zone"],
        "explain": ["company.language", "company.currency"],
        "rank": ["company.language", "company.time_zone"],
        "report": ["company"],
    }


@pytest.mark.parametrize("name", ORDER)
def test_stage_declares_the_artifacts_it_writes(name: str) -> None:
    assert outputs(STAGES[name]) == {str(a.path) for a in artifacts.ALL if a.stage == name}


@pytest.mark.parametrize("name", ORDER)
def test_stage_says_what_it_does(name: str) -> None:
    assert len(STAGES[name]["desc"]) > 20
    assert STAGES[name]["cmd"] == f"python -m bleib.stages.{name}"


@pytest.mark.parametrize("name", ORDER)
def test_stage_reads_no_file_that_it_does_not_declare(name: str) -> None:
    source = (ROOT / f"src/bleib/stages/{name}.py").read_text(encoding="utf-8")
    deps, written = set(paths(STAGES[name]["deps"])), outputs(STAGES[name])
    for symbol in [s for s, a in vars(artifacts).items() if isinstance(a, artifacts.Artifact)]:
        if re.search(rf"\b{symbol}\b", source):
            path = str(getattr(artifacts, symbol).path)
            assert path in deps | written, f"{name} uses {symbol} ({path}) without declaring it"


def drawn(path: str, *rows: dict[str, object]) -> dict[str, Any]:
    """The Vega-Lite picture that DVC makes of such rows of a plot's file."""
    plots = [plot for stage in STAGES.values() for plot in stage.get("plots", []) if isinstance(plot, dict)]
    (look,) = [plot[path] for plot in plots if path in plot]
    renderer = VegaRenderer(
        [row | {"rev": "workspace"} for row in rows], path, template_dir=ROOT / ".dvc/plots", **look
    )
    return renderer.get_filled_template()


@pytest.mark.parametrize(
    ("path", "x", "kind", "y"),
    [
        ("data/training/folds.csv", "as_of_date", "ordinal", "auroc"),
        ("data/evaluation/dates.csv", "as_of_date", "ordinal", "auroc"),
        ("data/evaluation/gain.csv", "share", "quantitative", "recall"),
        ("data/evaluation/profit.csv", "share", "quantitative", "profit"),
    ],
)
def test_plot_of_several_models_has_a_colour_for_each_and_takes_dates_for_dates(
    path: str, x: str, kind: str, y: str
) -> None:
    picture = drawn(path, {"model": "bleib", x: "1", y: "2"})
    assert (picture["encoding"]["x"]["field"], picture["encoding"]["x"]["type"]) == (x, kind)
    assert picture["encoding"]["y"]["field"] == y
    assert picture["encoding"]["color"]["field"] == "series"
    assert picture["transform"] == [{"calculate": "datum.model || datum.candidate", "as": "series"}]


def test_plot_of_the_importance_is_cut_to_what_can_be_read() -> None:
    picture = drawn("data/explanations/importance.csv", {"feature": "a", "mean_absolute_contribution": "0.1"})
    assert {"filter": "datum.place <= 20"} in picture["transform"]
    assert picture["encoding"]["y"]["field"] == "feature"


def test_plot_of_the_reliability_shows_the_intervals_and_what_would_be_perfect() -> None:
    picture = drawn("data/evaluation/reliability.csv", {"predicted": ".1", "observed": ".2", "low": ".1", "high": ".3"})
    assert [layer["encoding"]["y"]["field"] for layer in picture["layer"]] == ["predicted", "low", "observed"]
