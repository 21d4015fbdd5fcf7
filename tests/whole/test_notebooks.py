"""The notebooks, run as a person runs them: in a project in which the way has been run, and before that."""

from __future__ import annotations

import ast
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from projects import ROOT, command, make_project

from bleib.demo import simulate

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PICTURES = {
    "01_raw_interactions": 6,
    "02_churn_definition": 6,
    "03_features": 7,
    "04_model_and_calibration": 8,
    "05_why_customers_are_at_risk": 9,
}
KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
LEARNERS = {"lightgbm", "sklearn", "shap", "statsmodels", "xgboost", "lifetimes", "numba", "duckdb"}
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@dataclass(frozen=True)
class Run:
    """What a notebook showed, and the files of the project before and after it."""

    name: str
    shown: list[Any]
    before: dict[Path, int]
    after: dict[Path, int]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_project(tmp_path_factory.mktemp("notebooks") / "clone")
    simulate(folder / "data/raw", folder / "data/demo_truth", customers=500, days=560, seed=3)
    command(folder, "bleib", "run")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    return folder


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def run(request: pytest.FixtureRequest, project: Path) -> Run:
    """One notebook, executed beside the others in ``notebooks/``."""
    before = stamps(project)
    shown = executed(project / "notebooks" / request.param.name, project / "notebooks")
    return Run(request.param.stem, shown, before, stamps(project))


def executed(path: Path, folder: Path) -> list[Any]:
    """Run a notebook in a folder; all outputs of its cells."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=180, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return outputs(notebook)


def stamps(folder: Path) -> dict[Path, int]:
    return {p: p.stat().st_mtime_ns for part in ("data", "models") for p in (folder / part).rglob("*") if p.is_file()}


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def code_of(path: Path) -> ast.Module:
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    return ast.parse("\n".join(cells))


def test_there_are_five_numbered_notebooks() -> None:
    assert [path.stem for path in NOTEBOOKS] == list(PICTURES)


def test_notebook_runs_without_a_warning(run: Run) -> None:
    assert [o.text for o in run.shown if o.output_type == "stream" and o.name == "stderr"] == []


def test_notebook_shows_its_pictures(run: Run) -> None:
    assert sum("image/png" in output.get("data", {}) for output in run.shown) == PICTURES[run.name]


def test_notebook_changes_nothing_in_the_project(run: Run) -> None:
    assert run.after == run.before


def test_notebook_also_runs_from_the_project_folder(project: Path) -> None:
    shown = executed(project / "notebooks/01_raw_interactions.ipynb", project)
    assert shown[0].text == f"Nordlicht Box, project folder {project.name}\n"


def test_notebook_says_what_to_run_where_nothing_has_been_made(tmp_path: Path) -> None:
    shutil.copy(ROOT / "params.yaml", tmp_path)
    with pytest.raises(CellExecutionError) as failed:
        executed(NOTEBOOKS[1], tmp_path)
    assert failed.value.ename == "BleibError"
    assert f"Run `make run` in {tmp_path} first (or `bleib run ingest label`)" in failed.value.evalue


@every_notebook
def test_notebook_is_stored_without_outputs_and_without_traces_of_a_machine(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert outputs(notebook) == []
    assert [c.execution_count for c in notebook.cells if c.cell_type == "code" and c.execution_count is not None] == []
    assert notebook.metadata == KERNEL
    assert [cell.metadata for cell in notebook.cells if cell.metadata] == []


@every_notebook
def test_notebook_begins_with_its_question_and_what_to_run_first(path: Path) -> None:
    first = nbformat.read(path, as_version=4).cells[0]
    assert first.source.startswith(f"# {int(path.stem[:2])}. ")
    assert "\nRun first: `make run` (or `bleib run " in first.source


@every_notebook
def test_notebook_uses_bleib_and_does_not_do_its_work_again(path: Path) -> None:
    nodes = list(ast.walk(code_of(path)))
    imported = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module).split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}
    assert "bleib" in imported
    assert imported & LEARNERS == set()
    assert [node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)] == []
    reads = {node.attr for node in nodes if isinstance(node, ast.Attribute)} & {"read_csv", "read_parquet", "read_json"}
    assert reads == set()
