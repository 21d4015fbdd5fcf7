"""How MLflow serves a saved model: named as ``loader_module``, so that no pickle is needed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bleib.files import read_json
from bleib.model.classifier import ChurnClassifier
from bleib.model.loading import load_model
from bleib.model.metrics import probabilities
from bleib.model.rhythm import RhythmModel
from bleib.model.scoring import families_of, model_features
from bleib.reasons.contributions import Contributions, explain

REASONS = 3


class ServedModel:
    """Answers feature rows with raw_score (log-odds), churn_probability and the families that raise it most.

    reason_1 to reason_3: the family whose features add most to the log-odds, compared with the base, and by
    how much, such as ``recency +0.42``; empty where fewer raise the risk. The sentences for people are made by the
    stage explain, which knows the whole cohort.
    """

    def __init__(self, model: ChurnClassifier | RhythmModel, families: Mapping[str, str]) -> None:
        self.model, self.families = model, families_of(model.feature_names_in_, families)

    def predict(self, X: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """One row an input row; ``params`` belongs to MLflow's interface and has no effect."""
        asked = model_features(self.model, X)
        raw = self.model.decision_function(asked)
        reasons = _reasons(self.model, asked, self.families)
        return pd.DataFrame({"raw_score": raw, "churn_probability": probabilities(raw)} | reasons)


def _load_pyfunc(path: str) -> ServedModel:
    """MLflow calls this with the place of its copy of the model folder."""
    folder = Path(path)
    return ServedModel(load_model(folder), read_json(folder / "model.json")["about"].get("families", {}))


def _reasons(model: ChurnClassifier | RhythmModel, X: pd.DataFrame, families: dict[str, str]) -> dict[str, list[str]]:
    """Columns reason_1 …, one text a row of ``X``."""
    found = explain(model, X, families)
    order = np.argsort(-found.family, axis=1, kind="stable")[:, :REASONS]
    told = [[_told(found, row, place) for row, place in enumerate(places)] for places in order.T]
    told += [[""] * len(X)] * (REASONS - len(told))  # where the model knows fewer families
    return {f"reason_{k}": texts for k, texts in enumerate(told, 1)}


def _told(found: Contributions, row: int, place: int) -> str:
    size = found.family[row, place]
    return f"{found.families[place]} {size:+.2f}" if size > 0 else ""
