"""Run the whole way from where a person stands, and show what came of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import yaml

from bleib.console import say
from bleib.errors import BleibError, SettingsError
from bleib.settings import PARAMS_FILE, Source, load_settings, missing_names

RAW = Path("data/raw")
ASIDE = Path("data/cache/trained")
HEADINGS = {"en": ("First on the list of", "by"), "de": ("Oben auf der Liste vom", "bis")}
QUIET = {
    "DVC_NO_ANALYTICS": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "OMP_WAIT_POLICY": "passive",  # on shared cores, spinning threads cost LightGBM a factor of 2 to 4
}
NEW_WEEK = ("ingest", "label", "featurize --newest", "score", "worth", "explain", "rank", "report")


def run_the_way(targets: list[str]) -> int:
    """Fill an empty data/raw with the demo company, run ``dvc repro``, show the results; the exit code of DVC."""
    if not Path("dvc.yaml").exists():
        raise BleibError("dvc.yaml not found; run this in the folder of the project (a clone of bleib)")
    sources = load_settings().sources  # a fault in the settings of a late stage is told before the first
    _require_params()
    prepare(sources)
    if any(source.url for source in sources):  # DVC cannot see that a database has changed
        code = dvc("repro", "--quiet", "--single-item", "--force", "ingest")
        if code:
            return code
    code = dvc("repro", *targets)
    if code == 0 and not targets:
        show_results(5)
    return code


def score_new_week() -> int:
    """Read what is new and make list and report of the newest date; nothing is trained. Exit code of the first failure.

    BleibError where there is no model yet.
    """
    from bleib.artifacts import MODEL

    if not MODEL.path.exists():
        raise BleibError(f"{MODEL.path} does not exist yet; `make run` trains a model")
    load_settings()
    with training_data_aside():
        code = _run_stages(NEW_WEEK)
    if code == 0:
        show_results(5)
    return code


@contextmanager
def training_data_aside() -> Iterator[None]:
    """Put labels and features of the last training aside, and afterwards back in their place, whatever happens.

    Split, evaluation and notebooks go by them; a new week has other as-of dates, and features of the newest one only.
    """
    from bleib.artifacts import DICTIONARY, FEATURES, LABEL_SUMMARY, SNAPSHOTS
    from bleib.files import replacing

    shutil.rmtree(ASIDE, ignore_errors=True)  # left by a week that was killed; what lies in place is newer
    ASIDE.mkdir(parents=True)
    kept = {a.path: ASIDE / a.path.name for a in (SNAPSHOTS, LABEL_SUMMARY, FEATURES, DICTIONARY) if a.path.exists()}
    try:
        for path, aside in kept.items():
            path.rename(aside)
        yield
    finally:
        for path, aside in kept.items():
            if aside.exists():
                with replacing(path) as fresh:
                    aside.rename(fresh)
        shutil.rmtree(ASIDE)


def _run_stages(stages: Sequence[str]) -> int:
    """Run them one after the other; the exit code of the first that fails, else 0."""
    for stage in stages:
        command = [sys.executable, "-m", *f"bleib.stages.{stage}".split()]
        code = subprocess.run(command, env=os.environ | QUIET, check=False).returncode
        if code:
            return code
    return 0


def prepare(sources: list[Source]) -> None:
    """Make data/raw, fill it with the demo company if it is empty and looked for, and let DVC work without git."""
    RAW.mkdir(parents=True, exist_ok=True)
    wanted = any(source.files and Path(source.files).is_relative_to(RAW) for source in sources)
    if wanted and not any(RAW.iterdir()):
        from bleib.demo import simulate

        say("data/raw is empty: filling it with the demo company")
        simulate(RAW, Path("data/demo_truth"))
    if not _inside_git():
        _let_dvc_work_without_git()


def _require_params() -> None:
    """SettingsError for settings that dvc.yaml names and params.yaml does not: DVC takes no defaults."""
    stages = yaml.safe_load(Path("dvc.yaml").read_text(encoding="utf-8"))["stages"].values()
    missing = missing_names(sorted({name for stage in stages for name in stage.get("params", [])}))
    if missing:
        faults = [f"{name} is missing; DVC must find it to see when it changes: write it out" for name in missing]
        raise SettingsError.of(str(PARAMS_FILE), faults)


def dvc(*arguments: str) -> int:
    """Run DVC with this Python first on PATH; its exit code."""
    here = str(Path(sys.executable).parent)
    environment = os.environ | QUIET | {"PATH": here + os.pathsep + os.environ.get("PATH", "")}
    return subprocess.run([sys.executable, "-m", "dvc", *arguments], env=environment, check=False).returncode


def show_results(rows: int) -> None:
    """Print where list, pages and metrics are, how to open MLflow, and the top of the list with its reasons."""
    from bleib.artifacts import AT_RISK, LIST_PAGE, LIST_WORKBOOK, METRICS, REPORT_PAGE

    if not AT_RISK.path.exists():
        raise BleibError(f"{AT_RISK.path} does not exist yet; `make run` makes it")
    for title, artifact in {
        "List (CSV)": AT_RISK,
        "List (page)": LIST_PAGE,
        "List (Excel)": LIST_WORKBOOK,
        "Report": REPORT_PAGE,
        "Metrics": METRICS,
    }.items():
        if artifact.path.exists():
            say(f"{title:13} {artifact.path}")
    say(
        f"{'Experiments':13} make ui  (MLflow; or: DO_NOT_TRACK=true mlflow ui --backend-store-uri sqlite:///mlflow.db)"
    )
    _print_doubts()
    _print_top(rows)


def _print_doubts() -> None:
    """Why the list is not to be relied on, where it is not."""
    from bleib.artifacts import METRICS
    from bleib.files import read_json
    from bleib.model.gate import headline

    if not METRICS.path.exists():
        say("\nHow good this list is has not been measured: `bleib run evaluate` does.")
        return
    verdict = read_json(METRICS.path)["gate"]
    if not verdict["passed"]:
        say("\n" + " ".join([headline(verdict), *verdict["reasons"]]))


def _print_top(rows: int) -> None:
    from bleib.artifacts import AT_RISK
    from bleib.clock import to_date
    from bleib.files import read_csv
    from bleib.report.formats import Formats

    top = read_csv(AT_RISK.path, AT_RISK.table).head(rows)
    if top.empty:
        say("\nNobody is on the list.")
        return
    company = load_settings("company").company
    title, until = HEADINGS[company.language]
    f = Formats(company.language, company.currency)
    say(f"\n{title} {to_date(top['as_of_date'].iloc[0])}:")
    for row in top.to_dict("records"):
        probability = f.probability(row["churn_probability"]).replace("\u202f", "")
        say(f"{row['rank']:>3}. {row['display_name']} ({row['customer_id']}): {probability}")
        for column in ("reason_1", "reason_2", "reason_3"):
            if isinstance(row[column], str):
                say(f"       {row[column]}")
        if isinstance(row["play"], str):
            say(f"     → {row['play']}, {until} {to_date(row['due_date'])}")


def _let_dvc_work_without_git() -> None:
    """Say so in DVC's settings of this machine; what a person has written there stays."""
    from dvc.config import Config

    with Config(".dvc").edit("local") as settings:
        settings["core"]["no_scm"] = "true"


def _inside_git() -> bool:
    return any((folder / ".git").exists() for folder in [Path.cwd(), *Path.cwd().parents])
