"""MLflow: the only module that knows it.

Without MLFLOW_TRACKING_URI runs go to ``mlflow.db`` and ``mlartifacts/`` in the working folder. The run of a model is
found by its tag ``model_sha256``, so that training and evaluation meet in one run, refit and the report's plots in that
of the model of the list, without passing run ids around.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
ALIAS = "candidate"  # the newest model of the list; MLflow keeps the name "latest" for itself
LOGGED = "logged_model"
EXAMPLE_ROWS = 5
SERVING_PACKAGES = ("lightgbm", "numpy", "pandas", "scikit-learn", "scipy", "pydantic", "pyyaml", "tzdata")
QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "GIT_PYTHON_REFRESH": "quiet",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "15",
}


def tracking_uri() -> str:
    """MLFLOW_TRACKING_URI, else the database in the working folder."""
    return os.environ.get(URI_VARIABLE) or f"sqlite:///{Path.cwd() / DATABASE}"


def log_model(folder: Path, example: pd.DataFrame, settings: Tracking, registered: bool = False) -> str:
    """Log a saved model with its settings, data hashes, signature and input example; returns the run id.

    The run is tagged ``role``: ``list`` for a ``registered`` model, which becomes a new version of the registered
    model and takes over the alias ``candidate``; else ``evaluated``. A model that is already logged is not logged
    again. BleibError when the tracking server does not answer.
    """
    with _run(folder, settings) as (mlflow, run):
        mlflow.set_tag("role", "list" if registered else "evaluated")
        tags = run.data.tags
        if LOGGED not in tags or (registered and "model_version" not in tags):
            name = settings.registered_model if registered else None
            logged = _log_pyfunc(mlflow, folder, example.astype("float64"), name)
            tags = {LOGGED: logged.model_uri}
            if registered:
                tags |= {"model_version": str(logged.registered_model_version)}
            mlflow.set_tags(tags)
        if registered:
            client = mlflow.MlflowClient()
            client.set_registered_model_alias(settings.registered_model, ALIAS, tags["model_version"])
        return str(run.info.run_id)


def log_evaluation(folder: Path, metrics: dict[str, Any], settings: Tracking) -> None:
    """Add the numbers of metrics.json (nested names joined by a dot) and the gate's verdict to the model's run."""
    with _run(folder, settings) as (mlflow, _):
        mlflow.log_metrics(_flat(metrics["models"]) | _flat(metrics["difference_from"], "difference_from."))
        gate = metrics["gate"]
        mlflow.set_tags({"gate": "not proved" if "trained_from" in gate else "passed" if gate["passed"] else "failed"})


def log_files(folder: Path, files: Sequence[Path], settings: Tracking) -> None:
    """Add files (or folders) to the run of the model in ``folder``, under the name of the folder they lie in."""
    with _run(folder, settings) as (mlflow, _):
        for file in files:
            log = mlflow.log_artifacts if file.is_dir() else mlflow.log_artifact
            log(str(file), f"{file.parent.name}/{file.name}" if file.is_dir() else file.parent.name)


@contextmanager
def _run(folder: Path, settings: Tracking) -> Iterator[tuple[Any, Any]]:
    """The open run of the model in ``folder``: found by its tag, or made with the model's settings."""
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
            run_name=None if found else os.environ.get("DVC_EXP_NAME") or f"model {digest[:12]}",
            log_system_metrics=False,
        ) as run:
            if not found:
                _describe(mlflow, folder, digest)
            yield mlflow, run
    except (MlflowException, SQLAlchemyError, OSError) as error:
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


def _experiment(mlflow: Any, name: str, own: bool) -> str:
    """Id of the experiment; in the working folder's own database its artifacts lie beside it."""
    known = mlflow.get_experiment_by_name(name)
    if known is not None:
        return str(known.experiment_id)
    return str(mlflow.create_experiment(name, (Path.cwd() / ARTIFACTS).as_uri() if own else None))


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
    return {"git_revision": answer.strip(), "dvc_experiment": os.environ.get("DVC_EXP_NAME", "")}


def _log_pyfunc(mlflow: Any, folder: Path, example: pd.DataFrame, registered: str | None) -> Any:
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
        registered_model_name=registered,
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
