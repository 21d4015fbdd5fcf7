"""The served model answers with the same columns whatever it knows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from bleib.model.classifier import ChurnClassifier
from bleib.model.serving import ServedModel, _load_pyfunc


def test_a_model_of_one_family_answers_with_three_reasons_of_which_two_are_empty() -> None:
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"recency_order_days": rng.exponential(30, 300), "recency_order_rank": rng.random(300)})
    model = ChurnClassifier(linear_share=1.0).fit(X, X["recency_order_days"].to_numpy() > 30)
    answered = ServedModel(model, {}).predict(X)
    assert list(answered) == ["raw_score", "churn_probability", "reason_1", "reason_2", "reason_3"]
    assert answered["reason_1"].str.match(r"^(recency \+\d+\.\d\d)?$").all()
    assert answered[["reason_2", "reason_3"]].eq("").all(axis=None)


def test_reasons_name_the_declared_family_whatever_the_feature_is_called(tmp_path: Path) -> None:
    X = pd.DataFrame({"my_orders": np.random.default_rng(0).exponential(30, 300)})
    model = ChurnClassifier(linear_share=1.0).fit(X, X["my_orders"].to_numpy() > 30)
    for about, family in (({"families": {"my_orders": "frequency"}}, "frequency"), ({}, "my")):
        model.save(tmp_path / "model", about)
        told = _load_pyfunc(str(tmp_path / "model")).predict(X)["reason_1"]
        assert set(told.str.split().str[0].dropna()) == {family}
