"""Files of the way as another git revision or DVC experiment made them."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

from bleib.artifacts import Artifact
from bleib.errors import BleibError

WORKSPACE = "workspace"


def table_at(revision: str, artifact: Artifact) -> pd.DataFrame:
    """The table (Parquet or CSV) that a stage wrote at a git revision, branch, tag or experiment; or in the workspace.

    BleibError if the revision is not known, or its file is neither in git nor in DVC's cache.
    """
    if revision == WORKSPACE:
        if not artifact.path.exists():
            raise BleibError(f"{artifact.path} does not exist yet; `make run` or `bleib run {artifact.stage}` makes it")
        return _table(artifact.path, artifact.path)
    return _table(io.BytesIO(_bytes(revision, artifact)), artifact.path)


def _bytes(revision: str, artifact: Artifact) -> bytes:
    from dvc.api import DVCFileSystem
    from dvc.exceptions import DvcException
    from dvc.scm import RevError

    try:
        content = DVCFileSystem(str(Path.cwd()), rev=revision).read_bytes(artifact.path.as_posix())
    except RevError as error:
        raise BleibError(
            f"no revision {revision!r}: neither a git commit, branch or tag nor a DVC experiment. `dvc exp show` and "
            f"`git log --oneline` list them; {WORKSPACE} names the files as they are now"
        ) from error
    except (FileNotFoundError, DvcException) as error:
        raise BleibError(
            f"{artifact.path} of {revision} is not here: it was not committed, or is not in DVC's cache. Get it with "
            f"`dvc pull`, or make it anew: `git checkout {revision}` and `dvc repro`"
        ) from error
    return bytes(content)


def _table(source: Path | io.BytesIO, path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(source)
    return pd.read_csv(source)
