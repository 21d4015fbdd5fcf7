"""For whom the model is good or weak: our figures within groups of customers; ranks are those within the group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bleib.artifacts import BY_GROUP
from bleib.model.baselines import History
from bleib.model.bootstrap import figure
from bleib.model.main_activity import main_columns
from bleib.model.metrics import base_rate, mean_auroc, probabilities, ranking_figures
from bleib.model.ranking_names import OURS
from bleib.model.scored import ScoredTest
from bleib.tables import DTYPES

METRICS = ("auroc", "auroc_gain", "auroc_over_rest", "average_precision", "base_rate", "observed_expected")
TENURE = "onboarding_tenure_days"
MIN_ROWS = 50
MIN_CUSTOMERS = 20  # of 10 leavers the 95 % interval of an AUROC holds the truth in 91 of 100 samples, of 20 in 94
PARTS = 3
MONTH_DAYS = 30.0


@dataclass(frozen=True)
class Group:
    """Test rows that belong together.

    ``by``: segment, region, tenure, activity or value; ``start`` ≤ trait < ``end``.
    """

    by: str
    name: str
    chosen: np.ndarray
    start: float = float("nan")
    end: float = float("nan")


def traits(X: pd.DataFrame) -> dict[str, np.ndarray]:
    """tenure (days since signing up, else since the first main event; NaN where there was neither) and activity (main
    events in 30 days since the first) of each row, (n,).
    """
    history, first = History.of(X), X[main_columns(list(X.columns))[1]]
    return {
        "tenure": (X[TENURE].fillna(first) if TENURE in X else first).to_numpy(dtype=np.float64),
        "activity": MONTH_DAYS * history.events / np.maximum(history.since_first, MONTH_DAYS),
    }


def groups_of(segments: pd.Series | None, by_trait: Mapping[str, np.ndarray]) -> Iterator[Group]:
    """A group for every segment (NA: in none), then three of about equal size for every trait, the lowest first.

    The name of ``segments`` says of what they are. Customers of equal trait stay together; a trait that does not differ
    makes no groups, and whose trait is not known (NaN) is in none.
    """
    if segments is not None:
        labels = segments.reset_index(drop=True)
        for name in sorted(labels.dropna().unique()):
            yield Group(str(segments.name or "segment"), str(name), (labels == name).fillna(False).to_numpy(dtype=bool))
    for by, values in by_trait.items():
        yield from _thirds(by, values)


def _thirds(by: str, values: np.ndarray) -> Iterator[Group]:
    known = np.isfinite(values)
    cuts = _cuts(values[known])
    part = np.searchsorted(cuts, values, side="right")
    edges, found = [float("nan"), *cuts.tolist(), float("nan")], np.unique(part[known])
    for k in found if len(found) > 1 else []:
        yield Group(by, str(k + 1), known & (part == k), edges[k], edges[k + 1])


def _cuts(values: np.ndarray) -> np.ndarray:
    """Where each part but the lowest begins, ascending; none where the values do not differ."""
    above = values[values > values.min()] if len(values) else values
    if not len(above):
        return np.zeros(0)
    cuts = np.unique(np.quantile(values, np.arange(1, PARTS) / PARTS))
    cuts = cuts[cuts > values.min()]  # below a cut at the lowest value lies nobody
    return cuts if len(cuts) else np.array([above.min()])


def by_group(test: ScoredTest, groups: Iterator[Group], weights: np.ndarray, rule: str) -> pd.DataFrame:
    """One row a judged group and metric (artifacts.BY_GROUP), with 95 % intervals over the resampled ``weights``.

    ``auroc_gain``: our AUROC within the group less that of the simple ``rule`` there; ``auroc_over_rest``: our AUROC
    within the group less that among all others; both paired, on the same resamples. A group of fewer than 50 test rows,
    or of fewer than 20 customers who left, or who stayed, is not judged.
    """
    assert BY_GROUP.table is not None
    rows = [row for group in groups if _can_be_judged(test, group) for row in _one_group(test, group, weights, rule)]
    table = pd.DataFrame(rows, columns=list(BY_GROUP.table.names)).round(6)
    return BY_GROUP.table.check(table.astype({column.name: DTYPES[column.kind] for column in BY_GROUP.table.columns}))


def _can_be_judged(test: ScoredTest, group: Group) -> bool:
    customers, left = test.rows.key["customer_id"], test.rows.churned
    outcomes = [customers[group.chosen & side].nunique() for side in (left, ~left)]
    return bool(group.chosen.sum() >= MIN_ROWS and min(outcomes) >= MIN_CUSTOMERS)


def _one_group(test: ScoredTest, group: Group, weights: np.ndarray, rule: str) -> list[dict[str, object]]:
    part, rest = test.only(group.chosen, [OURS, rule]), test.only(~group.chosen, [OURS])

    def figures(drawn: np.ndarray) -> dict[str, float]:
        return _figures(part, rest, rule, drawn[group.chosen], drawn[~group.chosen])

    values, resampled = figures(np.ones(len(group.chosen))), [figures(drawn) for drawn in weights]
    about = {"by": group.by, "group": group.name, "start": group.start, "end": group.end}
    about |= {"snapshots": len(part.rows.churned), "churned": int(part.rows.churned.sum())}
    return [
        about | {"metric": metric} | vars(figure(values[metric], np.array([found[metric] for found in resampled])))
        for metric in METRICS
    ]


def _figures(
    part: ScoredTest, rest: ScoredTest, rule: str, weights: np.ndarray, rest_weights: np.ndarray
) -> dict[str, float]:
    ranked = ranking_figures(part.groups(OURS, weights), capacity=1)
    churned = part.rows.churned
    expected = float(weights @ probabilities(part.scores[OURS].values))
    return ranked | {
        "auroc_gain": ranked["auroc"] - mean_auroc(part.groups(rule, weights)),
        "auroc_over_rest": ranked["auroc"] - mean_auroc(rest.groups(OURS, rest_weights)),
        "base_rate": base_rate(churned, weights),
        "observed_expected": float(weights @ churned) / expected if expected else float("nan"),
    }
