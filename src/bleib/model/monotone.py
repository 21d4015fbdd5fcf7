"""Directions that a company declares: the risk may only rise, or only fall, with a feature, all else equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from bleib.errors import SettingsError
from bleib.settings import suggestion

SIGNS = {"up": 1, "down": -1}


def check_declared(declared: Mapping[str, str], names: list[str]) -> None:
    """SettingsError naming every declared feature that is not among ``names``."""
    unknown = [f"{name!r}{suggestion(name, names)}" for name in declared if name not in names]
    if unknown:
        raise SettingsError(f"train.monotone: no such feature: {'; '.join(unknown)}. data/features.csv lists them")


def signs(declared: Mapping[str, str], names: Iterable[object]) -> np.ndarray:
    """1 (up), −1 (down) or 0 (free) for each of the columns ``names``, (f,); what is no column is left out."""
    return np.array([SIGNS[declared[str(name)]] if str(name) in declared else 0 for name in names], dtype=int)


def lightgbm_settings(declared: Mapping[str, str], names: Iterable[object]) -> dict[str, Any]:
    """What LightGBM needs to know of it; nothing where nothing is declared.

    "intermediate" leaves the trees more freedom than "basic" does, and keeps the directions as strictly.
    """
    found = signs(declared, names)
    if not found.any():
        return {}
    return {"monotone_constraints": found.tolist(), "monotone_constraints_method": "intermediate"}
