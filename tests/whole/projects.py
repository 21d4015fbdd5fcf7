"""Whole projects in scratch folders: what a person has after a clone, on a tiny company."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from bleib import artifacts
from bleib.files import sha256

ROOT = Path(__file__).resolve().parents[2]
QUICK: dict[str, dict[str, Any]] = {
    "train": {"seeds": [1, 2], "lightgbm": {"n_estimators": 40, "learning_rate": 0.1, "num_leaves": 7}},
    "evaluate": {"bootstraps": 30},
    "clock": {"dates": 12},
    "split": {"test_dates": 2},
    "listing": {"capacity": 25},
}


def make_project(folder: Path, changes: dict[str, Any] | None = None, git: bool = True) -> Path:
    """A copy of what a clone holds, with quick settings and ``changes`` to params.yaml (merged by section)."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    shutil.copytree(ROOT / ".dvc/plots", folder / ".dvc/plots")
    for name in ("dvc.yaml", ".gitignore", ".dvc/config", ".dvc/.gitignore", ".dvcignore"):
        shutil.copy(ROOT / name, folder / name)
    params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    for change in (QUICK, changes or {}):
        for section, values in change.items():
            params[section] = merged(params.get(section), values)
    (folder / "params.yaml").write_text(yaml.safe_dump(params, allow_unicode=True, sort_keys=False), encoding="utf-8")
    if git:
        command(folder, "git", "init", "-q")
        command(folder, "git", "add", ".")
        command(folder, "git", "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "start")
    return folder


def merged(old: Any, new: Any) -> Any:
    """``new`` laid over ``old``, mapping by mapping."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{key: merged(old.get(key), value) for key, value in new.items()}}
    return new


def command(folder: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command in the folder as a person would; its output as text."""
    tools = str(Path(sys.executable).parent)
    quiet = {"DVC_NO_ANALYTICS": "true", "DO_NOT_TRACK": "true", "PYTHONWARNINGS": "ignore", "OMP_NUM_THREADS": "1"}
    identity = {
        f"GIT_{who}_{what}": f"t{'@example.org' if what == 'EMAIL' else ''}"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    environment = {**os.environ, **quiet, **identity, "PATH": tools + os.pathsep + os.environ["PATH"]}
    environment.pop("MLFLOW_TRACKING_URI", None)
    done = subprocess.run(words, cwd=folder, env=environment, text=True, capture_output=True, check=False)
    if check and done.returncode:
        raise AssertionError(f"{' '.join(words)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def fingerprints(folder: Path) -> dict[str, str]:
    """SHA-256 of every artifact of the way."""
    return {str(a.path): sha256(folder / a.path) for a in artifacts.ALL if (folder / a.path).exists()}
