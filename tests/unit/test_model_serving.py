"""The served model answers with the same columns whatever it knows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bleib.model.classifier import ChurnClassifier
from bleib.model.serving import ServedModel


def test_a_model_of_one_family_answers_with_three_reasons_of_which_two_are_empty() -> None:
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"recency_order_days": rng.exponential(30, 300), "recency_order_rank": rng.random(300)})
    model = ChurnClassifier(linear_share=1.0).fit(X, X["recency_order_days"].to_numpy() > 30)
    answered = ServedModel(model).predict(X)
    assert list(answered) == ["raw_score", "churn_probability", "reason_1", "reason_2", "reason_3"]
    assert answered["reason_1"].str.match(r"^(recency \+\d+\.\d\d)?$").all()
    assert answered[["reason_2", "reason_3"]].eq("").all(axis=None)
