"""How MLflow serves a saved model: named as ``loader_module``, so that no pickle is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from bleib.model.classifier import ChurnClassifier
from bleib.model.metrics import probabilities
from bleib.model.scoring import model_features


class ServedModel:
    """Answers feature rows with raw_score (log-odds) and churn_probability."""

    def __init__(self, model: ChurnClassifier) -> None:
        self.model = model

    def predict(self, X: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """One row an input row; ``params`` belongs to MLflow's interface and has no effect."""
        raw = self.model.decision_function(model_features(self.model, X))
        return pd.DataFrame({"raw_score": raw, "churn_probability": probabilities(raw)})


def _load_pyfunc(path: str) -> ServedModel:
    """MLflow calls this with the place of its copy of the model folder."""
    return ServedModel(ChurnClassifier.load(Path(path)))
