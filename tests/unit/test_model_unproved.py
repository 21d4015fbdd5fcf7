"""An evaluation without figures has the form of one with figures."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

import model_worlds
from bleib.model.baselines import Scores
from bleib.model.evaluation import Background, evaluate
from bleib.model.rows import labelled_rows
from bleib.model.scored import ScoredTest
from bleib.model.unproved import nothing_proved
from bleib.settings import Evaluate

TABLES = ("comparison", "by_group", "by_date", "reliability", "gain", "profit")


@pytest.mark.parametrize("table", TABLES)
def test_its_tables_have_the_columns_of_a_measured_one_and_no_row(table: str) -> None:
    features, snapshots = model_worlds.company(customers=60, dates=2, open_dates=0)
    rows = labelled_rows(features, snapshots, list(snapshots["as_of_date"].unique()))
    raw = np.linspace(-2, 2, len(rows.churned))
    test = ScoredTest(rows, {"bleib": Scores(raw, True), "recency": Scores(raw, False)})
    measured = getattr(evaluate(test, Background(), 10, Evaluate(bootstraps=20)), table)
    empty: pd.DataFrame = getattr(nothing_proved(10, date(2025, 3, 1)), table)
    assert len(empty) == 0
    assert list(empty.columns) == list(measured.columns)
