"""What a company would do without a model: the simple rules by which one is judged."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bleib.model.baselines import Scores
from bleib.model.bootstrap import Figure
from bleib.model.ranking_names import RENEWAL
from bleib.model.rows import Rows
from bleib.settings import Churn

DAYS_TO_RENEWAL = "contract_renewal_days"


def renewal_scores(rows: Rows, churn: Churn) -> dict[str, Scores]:
    """The nearer the next renewal of the contract, the riskier; who has none comes last.

    Nothing where no contract ends, or no renewal is known.
    """
    if churn.definition != "contract" or DAYS_TO_RENEWAL not in rows.X or rows.X[DAYS_TO_RENEWAL].isna().all():
        return {}
    days = rows.X[DAYS_TO_RENEWAL].astype("float64")
    return {RENEWAL: Scores(-days.fillna(days.max() + 1).to_numpy(), is_probability=False)}


def hardest(gains: Mapping[str, Figure]) -> str:
    """Of the rules by name that over which our gain is least sure: the lower end of its interval is the lowest."""
    return min(gains, key=lambda name: np.nan_to_num(gains[name].low, nan=-np.inf))
