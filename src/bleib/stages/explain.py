"""explain: why each customer who may be listed is at risk, by family and in words, and two plots of the cohort."""

from __future__ import annotations

import pandas as pd

from bleib.artifacts import (
    CONTRIBUTIONS,
    DICTIONARY,
    EXPLAIN_PLOTS,
    FEATURES,
    IMPORTANCE,
    MODEL,
    REASONS,
    SCORES,
    WORTH,
)
from bleib.files import read_parquet, replacing, write_csv, write_parquet
from bleib.listing.worth import may_be_listed, scores_and_worth
from bleib.model.loading import load_model
from bleib.model.rows import cohort_rows
from bleib.model.scoring import model_features
from bleib.reasons.contributions import assert_additive, explain, family_table, importance_table
from bleib.reasons.peers import peers
from bleib.reasons.plots import draw
from bleib.reasons.sentences import medians, tell_reasons
from bleib.settings import load_settings
from bleib.stages import run

PARAMS = ("company.language", "company.currency", "listing")


def main() -> None:
    """Read model, features, scores and worth; write contributions, reasons, importance and plots."""
    settings = load_settings(*PARAMS)
    model, scores = load_model(MODEL.path), read_parquet(SCORES.path)
    dictionary, day = pd.read_csv(DICTIONARY.path), scores["as_of_date"].max()
    rows = cohort_rows(pd.read_parquet(FEATURES.path, filters=[("as_of_date", "==", day)]), scores, day)
    cohort = model_features(model, rows.X).astype("float64")
    known = scores_and_worth(scores, read_parquet(WORTH.path)).loc[rows.key["customer_id"]]
    peer = peers(known["raw_score"].to_numpy())
    wanted = peer | may_be_listed(known, settings.listing).to_numpy()
    key, asked, told = rows.key[wanted], cohort[wanted], known["raw_score"].to_numpy()[wanted]
    family_of = dict(zip(dictionary["name"], dictionary["family"], strict=True))
    contributions = explain(model, asked, family_of, peer[wanted])
    assert_additive(contributions.raw_score, told, "model in the folder")
    X = asked.to_numpy()
    reasons = tell_reasons(contributions, key, X, medians(cohort), dictionary, settings.company, settings.listing)
    write_parquet(CONTRIBUTIONS.path, family_table(contributions, key))
    write_parquet(REASONS.path, reasons)
    write_csv(IMPORTANCE.path, importance_table(contributions))
    language = settings.company.language
    meaning = dictionary["meaning" if language == "en" else "meaning_de"]
    with replacing(EXPLAIN_PLOTS.path) as folder:
        draw(contributions, X, folder, dict(zip(dictionary["name"], meaning, strict=True)), language)


if __name__ == "__main__":
    run(main)
