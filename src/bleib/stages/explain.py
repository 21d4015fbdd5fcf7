"""explain: why each customer of the newest cohort is at risk, by family and in words, and two plots of the whole."""

from __future__ import annotations

import pandas as pd

from bleib.artifacts import CONTRIBUTIONS, DICTIONARY, EXPLAIN_PLOTS, FEATURES, IMPORTANCE, MODEL, REASONS, SCORES
from bleib.files import read_parquet, replacing, write_csv, write_parquet
from bleib.model.loading import load_model
from bleib.model.rows import cohort_rows
from bleib.model.scoring import model_features
from bleib.reasons.contributions import assert_additive, explain, family_table, importance_table
from bleib.reasons.plots import draw
from bleib.reasons.sentences import tell_reasons
from bleib.settings import load_settings
from bleib.stages import run

PARAMS = ("company", "listing")


def main() -> None:
    """Read model, features and scores; write contributions, reasons, importance and plots."""
    settings = load_settings(*PARAMS)
    model, scores = load_model(MODEL.path), read_parquet(SCORES.path)
    dictionary = pd.read_csv(DICTIONARY.path)
    rows = cohort_rows(read_parquet(FEATURES.path), scores, scores["as_of_date"].max())
    asked = model_features(model, rows.X).astype("float64")
    family_of = dict(dictionary[["name", "family"]].to_numpy().tolist())
    contributions, X = explain(model, asked, family_of), asked.to_numpy()
    told = scores.set_index("customer_id")["raw_score"].loc[rows.key["customer_id"]]
    assert_additive(contributions.raw_score, told.to_numpy(), "model in the folder")
    write_parquet(CONTRIBUTIONS.path, family_table(contributions, rows.key))
    reasons = tell_reasons(contributions, rows.key, X, dictionary, settings.company, settings.listing)
    write_parquet(REASONS.path, reasons)
    write_csv(IMPORTANCE.path, importance_table(contributions))
    with replacing(EXPLAIN_PLOTS.path) as folder:
        draw(contributions, X, folder)


if __name__ == "__main__":
    run(main)
