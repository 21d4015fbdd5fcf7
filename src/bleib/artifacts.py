"""Every file that a stage writes: path, grain, key and columns. ``docs/artifacts.md`` is made from this."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bleib.tables import CUSTOMER_ID, Column, Table


@dataclass(frozen=True)
class Artifact:
    """One output of the way. ``table`` is given where it is a table with fixed columns."""

    path: Path
    stage: str
    grain: str
    table: Table | None = None


AS_OF = Column(
    "as_of_date", "date", "the day at whose start the decision is taken (company's time zone)", required=True
)

# ingest -------------------------------------------------------------------------------------------------------------
TABLES = Artifact(
    Path("data/interim/tables"),
    "ingest",
    "a folder for each canonical table that has rows, with one Parquet part a bucket of customers",
)
QUARANTINE = Artifact(
    Path("data/interim/quarantine.parquet"),
    "ingest",
    "one raw row that was not taken over",
    Table(
        "quarantine",
        "one raw row that was not taken over",
        ("table", "file", "row"),
        "",
        (
            Column("table", "text", "canonical table", required=True),
            Column("file", "text", "file or query", required=True),
            Column("row", "integer", "row number in the file, 1 = first row after the header", required=True),
            Column("column", "text", "canonical column at fault; empty: the whole row"),
            Column("reason", "text", "why, as a short key such as unreadable_time", required=True),
            Column("content", "text", "the raw row as JSON", required=True),
        ),
    ),
)
INGEST_REPORT = Artifact(Path("data/interim/report.json"), "ingest", "counts and faults of every source")
INGEST_PAGE = Artifact(Path("data/interim/report.md"), "ingest", "the same as a readable table")
CALENDAR = Artifact(
    Path("data/interim/calendar.json"), "ingest", "first_day and data_end (ISO days) and how data_end was found"
)

# label --------------------------------------------------------------------------------------------------------------
SNAPSHOTS = Artifact(
    Path("data/labels/snapshots.parquet"),
    "label",
    "one snapshot: a customer of the cohort at an as-of date",
    Table(
        "snapshots",
        "one snapshot",
        ("customer_id", "as_of_date"),
        "as_of_date",
        (
            CUSTOMER_ID,
            AS_OF,
            Column("outcome", "text", "churned, stayed, competing, left_in_lead or open (not mature)", required=True),
            Column("churned", "bool", "the label: true, false, or none where outcome is neither churned nor stayed"),
        ),
    ),
)
LABEL_SUMMARY = Artifact(Path("data/labels/summary.csv"), "label", "one as-of date: cohort size, outcomes, base rate")

# featurize ----------------------------------------------------------------------------------------------------------
FEATURES = Artifact(
    Path("data/features/features.parquet"),
    "featurize",
    "one snapshot: customer_id, as_of_date, one float32 column a feature in the order of the dictionary",
)
DICTIONARY = Artifact(
    Path("data/features.csv"),
    "featurize",
    "one feature: name, family, meaning, meaning_de, unit, direction, source, window_days, reason_en, reason_de, "
    "for_model (false: excluded, and only there for the simple rules)",
)

# split --------------------------------------------------------------------------------------------------------------
SPLIT = Artifact(
    Path("data/split.csv"),
    "split",
    "one as-of date: as_of_date, part (train, purged, test, open, or score for the newest), snapshots, churned",
)

# search -------------------------------------------------------------------------------------------------------------
STUDIES = Artifact(
    Path("data/search/studies.db"),
    "search",
    "every trial of every search, an Optuna study in SQLite for each set of training data; empty where none was made",
)
TUNED = Artifact(
    Path("data/search/tuned.json"),
    "search",
    "the settings that go before those of params.yaml (none: those hold), trials, log loss, proof and notes",
)

# train --------------------------------------------------------------------------------------------------------------
EVALUATED_MODEL = Artifact(
    Path("models/evaluated"),
    "train",
    "the model that is evaluated, trained on dates before the test: LightGBM text a seed, linear.json, model.json; "
    "model.json alone where nothing can be trained yet",
)
RECIPE = Artifact(Path("data/training/recipe.json"), "train", "what was chosen on the forward folds, and the proof")
FOLDS = Artifact(
    Path("data/training/folds.csv"),
    "train",
    "one forward fold and candidate: as_of_date, candidate, training_dates, snapshots, churned, and figures of its "
    "raw score",
)
FOLD_SCORES = Artifact(
    Path("data/training/fold_scores.parquet"),
    "train",
    "one snapshot of a forward fold: customer_id, as_of_date, churned, weight, and the chosen candidate's raw score "
    "(log-odds) with each seed: seed_1, seed_2",
)
DATES_CURVE = Artifact(
    Path("data/training/dates_curve.csv"),
    "train",
    "one number of training dates: dates, and on the newest fold as_of_date, auroc, level_free_log_loss",
)

# evaluate -----------------------------------------------------------------------------------------------------------
SUMMARY = Artifact(
    Path("data/evaluation/summary.json"), "evaluate", "the figures that one looks at first, for dvc metrics"
)
METRICS = Artifact(Path("data/evaluation/metrics.json"), "evaluate", "all figures on later dates with their intervals")
TEST_SCORES = Artifact(
    Path("data/evaluation/test_scores.parquet"),
    "evaluate",
    "one test snapshot: customer_id, as_of_date, churned, scores by model (bleib, recency, renewal, rfm_logistic, "
    "bg_nbd)",
)
COMPARISON = Artifact(
    Path("data/evaluation/comparison.csv"),
    "evaluate",
    "one model and metric: model, metric, value and difference (ours minus it), each with low, high",
)
BY_GROUP = Artifact(
    Path("data/evaluation/groups.csv"),
    "evaluate",
    "one group of test customers and metric",
    Table(
        "groups",
        "one group of test customers and metric",
        ("by", "group", "metric"),
        "",
        (
            Column("by", "text", "segment, region, tenure (days), activity (events in 30 days), value", required=True),
            Column("group", "text", "the segment; of tenure, activity and value 1 is the lowest part", required=True),
            Column("start", "number", "the part begins here; empty: no lower end"),
            Column("end", "number", "the part ends before; empty: no upper end"),
            Column("snapshots", "integer", "test rows in the group", required=True),
            Column("churned", "integer", "those of them who left", required=True),
            Column(
                "metric",
                "text",
                "auroc; auroc_gain (less that of the simple rule in the group); auroc_over_rest (less that among all "
                "others); average_precision; base_rate; observed_expected",
                required=True,
            ),
            Column("value", "number", "ours within the group"),
            Column("low", "number", "lower end of the 95 % interval; empty: too little is known for one"),
            Column("high", "number", "upper end"),
        ),
    ),
)
BY_DATE = Artifact(
    Path("data/evaluation/dates.csv"),
    "evaluate",
    "one test date and model: snapshots, base rate, auroc, average precision, precision",
)
RELIABILITY = Artifact(
    Path("data/evaluation/reliability.csv"),
    "evaluate",
    "one bin: predicted, observed, low, high, snapshots, churned, lowest, highest",
)
GAIN = Artifact(
    Path("data/evaluation/gain.csv"), "evaluate", "one model and share contacted: share, recall, lift, precision"
)
PROFIT = Artifact(
    Path("data/evaluation/profit.csv"),
    "evaluate",
    "one ranking and share contacted: model, share, profit (currency, mean of the dates); empty without money",
)

# refit --------------------------------------------------------------------------------------------------------------
MODEL = Artifact(
    Path("models/churn"), "refit", "the model of the list: the evaluated recipe fitted again on the newest mature dates"
)

# score --------------------------------------------------------------------------------------------------------------
SCORES = Artifact(
    Path("data/scores.parquet"),
    "score",
    "one customer of the newest cohort",
    Table(
        "scores",
        "one customer of the newest cohort",
        ("customer_id", "as_of_date"),
        "as_of_date",
        (
            CUSTOMER_ID,
            AS_OF,
            Column("raw_score", "number", "calibrated mean raw score", unit="log-odds", required=True),
            Column("churn_probability", "number", "probability of leaving in the outcome window", required=True),
        ),
    ),
)

# worth --------------------------------------------------------------------------------------------------------------
WORTH = Artifact(
    Path("data/worth.parquet"),
    "worth",
    "one customer of the newest cohort",
    Table(
        "worth",
        "one customer of the newest cohort",
        ("customer_id", "as_of_date"),
        "as_of_date",
        (
            CUSTOMER_ID,
            AS_OF,
            Column("yearly_margin", "number", "margin of a year, where it is known", unit="currency"),
            Column("value_at_risk", "number", "churn probability × margin over the value horizon", unit="currency"),
            Column("tier", "text", "relationship tier"),
            Column("contact_allowed", "bool", "false: the customer said no to being contacted", required=True),
        ),
    ),
)

# explain ------------------------------------------------------------------------------------------------------------
CONTRIBUTIONS = Artifact(
    Path("data/explanations/families.parquet"),
    "explain",
    "one customer and family, of the peers (a sample of the newest cohort) and of those who may be listed",
    Table(
        "contributions",
        "one explained customer and family",
        ("customer_id", "as_of_date", "family"),
        "as_of_date",
        (
            CUSTOMER_ID,
            AS_OF,
            Column("family", "text", "feature family", required=True),
            Column("contribution", "number", "sum of the family's contributions", unit="log-odds", required=True),
            Column("relative", "number", "the same less the peers' mean", unit="log-odds", required=True),
            Column("agreement", "number", "share of the seeds with the same sign", required=True),
            Column("peer", "bool", "whether the customer stands for the cohort", required=True),
        ),
    ),
)
REASONS = Artifact(
    Path("data/explanations/reasons.parquet"),
    "explain",
    "one explained customer and reason, strongest first",
    Table(
        "reasons",
        "one customer and reason",
        ("customer_id", "as_of_date", "position"),
        "as_of_date",
        (
            CUSTOMER_ID,
            AS_OF,
            Column("position", "integer", "1 is the strongest", required=True),
            Column("family", "text", "feature family", required=True),
            Column("feature", "text", "the feature that the sentence speaks of", required=True),
            Column("value", "number", "the customer's own figure"),
            Column("typical", "number", "median of the cohort"),
            Column(
                "relative", "number", "contribution of the family relative to peers", unit="log-odds", required=True
            ),
            Column("text", "text", "the sentence in the company's language", required=True),
        ),
    ),
)
IMPORTANCE = Artifact(
    Path("data/explanations/importance.csv"), "explain", "one feature: family, mean absolute contribution (log-odds)"
)
EXPLAIN_PLOTS = Artifact(Path("data/explanations/plots"), "explain", "importance.png and beeswarm.png")

# rank ---------------------------------------------------------------------------------------------------------------
AT_RISK = Artifact(
    Path("data/at_risk/latest.csv"),
    "rank",
    "one customer on the list",
    Table(
        "at_risk",
        "one customer on the list",
        ("customer_id",),
        "as_of_date",
        (
            Column("rank", "integer", "1 is the most urgent", required=True),
            CUSTOMER_ID,
            Column("display_name", "text", "name"),
            AS_OF,
            Column("churn_probability", "number", "probability of leaving in the outcome window", required=True),
            Column("value_at_risk", "number", "churn probability × margin over the value horizon", unit="currency"),
            Column("reason_1", "text", "strongest reason"),
            Column("reason_2", "text", "second reason"),
            Column("reason_3", "text", "third reason"),
            Column("play", "text", "what to do"),
            Column("due_date", "date", "by when"),
            Column("expected_net_value", "number", "success × value at risk − cost of the play", unit="currency"),
            Column("tier", "text", "relationship tier"),
            Column("segment", "text", "segment"),
            Column("model_version", "text", "first 12 digits of the model's SHA-256", required=True),
        ),
    ),
)

# report -------------------------------------------------------------------------------------------------------------
LIST_PAGE = Artifact(Path("data/at_risk/list.html"), "report", "the list as a page that opens from disk")
LIST_WORKBOOK = Artifact(Path("data/at_risk/list.xlsx"), "report", "the list as an Excel workbook")
REPORT_PAGE = Artifact(Path("data/report/report.html"), "report", "data, model quality, key figures on one page")
KEY_FIGURES = Artifact(
    Path("data/report/key_figures.csv"),
    "report",
    "one figure: figure, by (month, segment, cohort), group, period, value, unit, n",
)
REPORT_PLOTS = Artifact(Path("data/report/plots"), "report", "the plots of the report as PNG")

ALL: tuple[Artifact, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Artifact))
