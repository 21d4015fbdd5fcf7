"""MLflow: the only module that knows it.

Without MLFLOW_TRACKING_URI runs go to ``mlflow.db`` and ``mlartifacts/`` in the project folder. The run of a model is
found by its tag ``model_sha256``, so that training and evaluation meet in one run, register and the report's plots in
that of the model of the list, without passing run ids around.
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import subprocess
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from bleib.errors import BleibError
from bleib.files import read_json, sha256
from bleib.settings import Tracking

URI_VARIABLE = "MLFLOW_TRACKING_URI"
DATABASE = "mlflow.db"
ARTIFACTS = "mlartifacts"
MODEL_TAG = "model_sha256"
CANDIDATE = "candidate"  # alias of the newest model of the list; MLflow keeps the name "latest" for itself
CHAMPION = "champion"  # alias of the newest one whose gate passed, made outside of experiments
EXPERIMENT = "DVC_EXP_NAME"  # set by DVC while it runs an experiment
PROJECT = "DVC_ROOT"  # set by DVC for its stages: the project, also where they run in a throw-away copy of it
LOGGED = "logged_model"
EXAMPLE_ROWS = 5
# Where MLflow's own database holds the addresses of artifacts, all of them absolute.
ADDRESSES = {
    "experiments": "artifact_location",
    "runs": "artifact_uri",
    "logged_models": "artifact_location",
    "model_versions": "storage_location",
}
SERVING_PACKAGES = ("lightgbm", "numpy", "pandas", "scikit-learn", "scipy", "pydantic", "pyyaml", "tzdata")
QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "GIT_PYTHON_REFRESH": "quiet",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "15",
}


@dataclass(frozen=True)
class VersionLabel:
    """What is said of a version of the registered model: tags, a text, and whether its gate passed."""

    tags: Mapping[str, str]
    description: str
    passed: bool


def tracking_uri() -> str:
    """MLFLOW_TRACKING_URI, else the database in the project folder."""
    return os.environ.get(URI_VARIABLE) or f"sqlite:///{_project() / DATABASE}"


def log_model(folder: Path, example: pd.DataFrame, settings: Tracking) -> str:
    """Log the evaluated model with its settings, data hashes, signature and input example; returns the run id.

    The run is tagged with the ``role`` evaluated. A model that is already logged is not logged again. BleibError when
    the tracking server does not answer.
    """
    with _run(folder, settings) as (mlflow, run):
        mlflow.set_tag("role", "evaluated")
        _logged(mlflow, run, folder, example)
        return str(run.info.run_id)


def register_model(folder: Path, example: pd.DataFrame, label: VersionLabel, settings: Tracking) -> dict[str, int]:
    """Make the model of the list a version of the registered model; the version of each alias afterwards.

    A model that is a version already stays it. It takes the alias ``candidate``; outside of DVC experiments also
    ``champion`` if the gate passed, and it loses that one if not. An experiment changes nothing else of what there
    was. BleibError when the tracking server does not answer.
    """
    with _run(folder, settings, " (list)") as (mlflow, run):
        mlflow.set_tag("role", "list")
        client, name = mlflow.MlflowClient(), settings.registered_model
        source = _logged(mlflow, run, folder, example)
        known = client.search_model_versions(f"name = '{name}' and run_id = '{run.info.run_id}'")
        version = str((known[0] if known else mlflow.register_model(source, name)).version)
        mlflow.set_tag("model_version", version)
        in_experiment = bool(os.environ.get(EXPERIMENT))
        if not known or not in_experiment:
            _describe_version(client, name, version, {**label.tags, MODEL_TAG: sha256(folder), **_revision()})
            client.update_model_version(name, version, label.description)
        client.set_registered_model_alias(name, CANDIDATE, version)
        if not in_experiment:
            _crown(client, name, version, label.passed)
        return {alias: int(of) for alias, of in client.get_registered_model(name).aliases.items()}


def log_evaluation(folder: Path, metrics: dict[str, Any], settings: Tracking) -> None:
    """Add the numbers of metrics.json (nested names joined by a dot) and the gate's verdict to the model's run."""
    with _run(folder, settings) as (mlflow, _):
        mlflow.log_metrics(_flat(metrics["models"]) | _flat(metrics["difference_from"], "difference_from."))
        mlflow.set_tag("gate", verdict_word(metrics["gate"]))


def log_files(folder: Path, files: Sequence[Path], settings: Tracking) -> None:
    """Add files (or folders) to the run of the model in ``folder``, under the name of the folder they lie in."""
    with _run(folder, settings) as (mlflow, _):
        for file in files:
            log = mlflow.log_artifacts if file.is_dir() else mlflow.log_artifact
            log(str(file), f"{file.parent.name}/{file.name}" if file.is_dir() else file.parent.name)


def verdict_word(gate: Mapping[str, Any]) -> str:
    """The gate's verdict in metrics.json as a tag: passed, failed or not proved."""
    return "not proved" if "trained_from" in gate else "passed" if gate["passed"] else "failed"


@contextmanager
def _run(folder: Path, settings: Tracking, suffix: str = "") -> Iterator[tuple[Any, Any]]:
    """The open run of the model in ``folder``: found by its tag, or made with the model's settings and a name.

    The name is that of the DVC experiment, else it has the beginning of the model's hash; ``suffix`` follows.
    """
    mlflow = _mlflow()
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    uri, own = tracking_uri(), not os.environ.get(URI_VARIABLE)
    try:
        if own:
            mlflow.set_tracking_uri(uri)
        experiment = _experiment(mlflow, settings.experiment, own)
        digest = sha256(folder)
        found = mlflow.MlflowClient().search_runs([experiment], f"tags.{MODEL_TAG} = '{digest}'", max_results=1)
        with mlflow.start_run(
            run_id=found[0].info.run_id if found else None,
            experiment_id=None if found else experiment,
            run_name=None if found else (os.environ.get(EXPERIMENT) or f"model {digest[:12]}") + suffix,
            log_system_metrics=False,
        ) as run:
            if not found:
                _describe(mlflow, folder, digest)
            yield mlflow, run
    except (MlflowException, SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise BleibError(_unreachable(uri, error)) from error
    finally:
        if own:  # MLflow writes it into the environment, where it would outlive a change of folder
            mlflow.set_tracking_uri(None)


def _mlflow() -> Any:
    """The module, without telemetry, and without the warnings and log lines of its own making."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*Any type hint is inferred as AnyType")
        import mlflow
        import mlflow.pyfunc
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return mlflow


def _project() -> Path:
    """The project folder; in a throw-away copy that DVC has made for an experiment that which was copied."""
    return Path(os.environ.get(PROJECT) or Path.cwd())


def _experiment(mlflow: Any, name: str, own: bool) -> str:
    """Id of the experiment; in the project's own database its artifacts lie beside it."""
    known, beside = mlflow.get_experiment_by_name(name), (_project() / ARTIFACTS).as_uri()
    if known is None:
        return str(mlflow.create_experiment(name, beside if own else None))
    if own and known.artifact_location != beside and (_project() / ARTIFACTS).is_dir():
        _follow(known.artifact_location, beside)
    return str(known.experiment_id)


def _follow(before: str, now: str) -> None:
    """Lead the artifacts' addresses to where the project lies now: it was moved or copied since they were written."""
    with closing(sqlite3.connect(_project() / DATABASE)) as database, database:
        for table, column in ADDRESSES.items():
            database.execute(
                f"UPDATE {table} SET {column} = ? || substr({column}, ?) WHERE substr({column} || '/', 1, ?) = ?",
                (now, len(before) + 1, len(before) + 1, f"{before}/"),
            )


def _describe(mlflow: Any, folder: Path, digest: str) -> None:
    stored = read_json(folder / "model.json")
    about = stored["about"]
    mlflow.log_params(stored["parameters"] | {"n_features": stored["n_features"]})
    mlflow.log_params({name: value for name, value in about.items() if isinstance(value, int | str)})
    mlflow.set_tags({MODEL_TAG: digest, "training_dates": ", ".join(about.get("training_dates", []))})
    mlflow.set_tags({f"sha256.{name}": value for name, value in about.get("data_sha256", {}).items()})
    mlflow.set_tags({name: value for name, value in _revision().items() if value})


def _revision() -> dict[str, str]:
    """Git revision of the working folder and the DVC experiment, empty where there is none."""
    git = shutil.which("git")
    asked = [git, "rev-parse", "HEAD"] if git else None
    answer = subprocess.run(asked, capture_output=True, text=True, check=False).stdout if asked else ""
    return {"git_revision": answer.strip(), "dvc_experiment": os.environ.get(EXPERIMENT, "")}


def _describe_version(client: Any, name: str, version: str, tags: Mapping[str, str]) -> None:
    for key, value in tags.items():
        if value:
            client.set_model_version_tag(name, version, key, value)


def _crown(client: Any, name: str, version: str, passed: bool) -> None:
    """Make the version the champion, or see to it that it is not."""
    if passed:
        client.set_registered_model_alias(name, CHAMPION, version)
    elif str(client.get_registered_model(name).aliases.get(CHAMPION)) == version:
        client.delete_registered_model_alias(name, CHAMPION)


def _logged(mlflow: Any, run: Any, folder: Path, example: pd.DataFrame) -> str:
    """The address of the model that the run has logged; logged now if it was not."""
    known = run.data.tags.get(LOGGED)
    if known is None:
        known = _log_pyfunc(mlflow, folder, example.astype("float64")).model_uri
        mlflow.set_tag(LOGGED, known)
    return str(known)


def _log_pyfunc(mlflow: Any, folder: Path, example: pd.DataFrame) -> Any:
    from bleib.model.serving import ServedModel, _load_pyfunc

    served: ServedModel = _load_pyfunc(str(folder))
    return mlflow.pyfunc.log_model(
        name="model",
        loader_module="bleib.model.serving",
        data_path=str(folder),
        code_paths=[str(Path(__file__).parents[1])],
        signature=mlflow.models.infer_signature(example, served.predict(example)),
        input_example=example,
        pip_requirements=[f"{package}=={version(package)}" for package in SERVING_PACKAGES],
    )


def _flat(figures: dict[str, dict[str, dict[str, float | None]]], prefix: str = "") -> dict[str, float]:
    """``model.metric`` for the value, ``model.metric_low`` and ``_high`` for its interval."""
    return {
        f"{prefix}{model}.{name}" + ("" if part == "value" else f"_{part}"): number
        for model, row in figures.items()
        for name, figure in row.items()
        for part, number in figure.items()
        if number is not None
    }


def _unreachable(uri: str, error: Exception) -> str:
    return (
        f"MLflow at {uri} cannot be used: {str(error).splitlines()[0][:300]}\n"
        "Start that server or correct MLFLOW_TRACKING_URI; without the variable bleib writes to mlflow.db in this "
        "folder. All files of this stage are written already; only the log is missing."
    )
