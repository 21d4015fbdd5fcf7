"""The notebooks, run as a person runs them: in a project in which the way has been run, and before that."""

from __future__ import annotations

import ast
import re
import shutil
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

# Kernels fork and talk over sockets; what pyzmq and tornado say of that on this thread is no fault of a notebook.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_project(tmp_path_factory.mktemp("notebooks") / "clone")
    simulate(folder / "data/raw", folder / "data/demo_truth", customers=500, days=560, seed=3)
    command(folder, "bleib", "run")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    return folder


def executed(path: Path, folder: Path) -> Any:
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=180, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    return client.execute()


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def code_of(path: Path) -> ast.Module:
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    return ast.parse("\n".join(cells))


def test_there_are_five_numbered_notebooks() -> None:
    assert [path.stem for path in NOTEBOOKS] == list(PICTURES)


@every_notebook
def test_notebook_runs_without_a_warning_and_shows_its_pictures(path: Path, project: Path) -> None:
    shown = outputs(executed(project / "notebooks" / path.name, project / "notebooks"))
    complaints = [output.text for output in shown if output.output_type == "stream" and output.name == "stderr"]
    assert complaints == []
    assert sum("image/png" in output.get("data", {}) for output in shown) == PICTURES[path.stem]


def test_notebook_also_runs_from_the_project_folder(project: Path) -> None:
    shown = outputs(executed(project / "notebooks/01_raw_interactions.ipynb", project))
    assert shown[0].text == f"Nordlicht Box, project folder {project.name}\n"


@every_notebook
def test_notebook_changes_nothing_in_the_project(path: Path, project: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in (project / "data").rglob("*") if p.is_file()}
    executed(project / "notebooks" / path.name, project / "notebooks")
    assert {p: p.stat().st_mtime_ns for p in (project / "data").rglob("*") if p.is_file()} == before


@every_notebook
def test_notebook_says_what_to_run_where_nothing_has_been_made(path: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "params.yaml", tmp_path)
    with pytest.raises(CellExecutionError) as failed:
        executed(path, tmp_path)
    assert failed.value.ename == "BleibError"
    assert re.match(r"not made yet: data/.*\. Run `make run` in .* first \(or `dvc repro \w", failed.value.evalue)


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
    assert "\nRun first: `make run` (or `dvc repro " in first.source


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
