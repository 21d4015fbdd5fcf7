"""What is compiled at the installation is what a run uses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FEATURIZE = """
import sys, pandas as pd, worlds
from bleib.features import kernel
from bleib.features.featurize import featurize
from bleib.settings import Churn, Company, Features
tables = worlds.tiny_company(customers=5)
snapshots = pd.DataFrame({"customer_id": tables["customers"]["customer_id"], "as_of_date": pd.Timestamp("2024-09-01")})
featurize(tables, snapshots, Company(), Churn(), Features())
assert not kernel.run.stats.cache_misses, kernel.run.stats
assert "numba.np.arraymath" not in sys.modules, "the compiler was readied for nothing"
"""


def test_a_run_after_the_installation_compiles_nothing(tmp_path: Path) -> None:
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[1])}
    for command in (["-m", "bleib.commands.warm"], ["-c", FEATURIZE]):
        subprocess.run([sys.executable, *command], env=env, check=True, capture_output=True, cwd=tmp_path)
