"""What the simple rule would score if everybody who was ever seen were in the test: a figure to be warned of.

Most of a whole base left long ago, which every rule sees. The figure is larger than that of the customers who can still
be lost, and says nothing about a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from bleib import clock
from bleib.cohort.silence import SilenceChurn
from bleib.model.metrics import Ranking, auroc
from bleib.settings import Churn

EVER_DAYS = 36_500


def whole_base(
    interactions: pd.DataFrame, churn: Churn, time_zone: str, dates: Sequence[date]
) -> dict[str, float | int | None]:
    """``snapshots``, ``base_rate`` and ``recency_auroc`` (mean over the dates; None where none has both outcomes)."""
    rule = SilenceChurn(interactions, churn.model_copy(update={"active_days": EVER_DAYS}), time_zone)
    hits, sizes, found = 0, 0, []
    for day in dates:
        seen = rule.cohort(day)
        outcome = rule.outcome(day)[seen]
        labelled = np.isin(outcome, ["churned", "stayed"])
        last = rule.qualifying.seen_at(clock.instant(day, time_zone)).newest(len(rule.customers))[seen][labelled]
        churned = outcome[labelled] == "churned"
        found.append(auroc(*Ranking.of(-last.astype(np.float64)).groups(churned, np.ones(len(churned)))))
        hits, sizes = hits + int(churned.sum()), sizes + len(churned)
    known = [value for value in found if np.isfinite(value)]
    return {
        "snapshots": sizes,
        "base_rate": round(hits / sizes, 6) if sizes else None,
        "recency_auroc": round(float(np.mean(known)), 6) if known else None,
    }
