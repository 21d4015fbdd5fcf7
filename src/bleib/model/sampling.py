"""An unbiased sample of the training snapshots where there are more than one machine should hold.

All churners are kept, of the others a share, each of which then counts for those left out: the weighted churn rate is
that of the whole. Who is kept depends on customer and date alone, so it is the same in every run, on every machine and
in whatever parts the snapshots are read.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

WEIGHT = "weight"


def kept_share(churned: int, stayed: int, most: int) -> float:
    """The share of the ``stayed`` snapshots to keep so that there are about ``most`` in all.

    1 where all fit. At least as many are kept as churned, even beyond ``most``: below that, precision is lost fast.
    """
    if churned + stayed <= most or not stayed:
        return 1.0
    return min(1.0, max(most - churned, churned, 1) / stayed)


def sample(snapshots: pd.DataFrame, share: float) -> pd.DataFrame:
    """Those of ``snapshots`` (customer_id, as_of_date, churned) that are kept, with their weight, in their order.

    Churned ones and those without label are kept with weight 1, stayed ones with probability ``share`` and weight
    1 ÷ share. Can be applied to any part of the snapshots by itself.
    """
    stayed = (~snapshots["churned"].astype("boolean")).fillna(False).to_numpy(dtype=bool)
    kept = ~stayed | (draw(snapshots) < share)
    weights = np.where(stayed, 1.0 / share, 1.0)
    return snapshots[kept].assign(**{WEIGHT: weights[kept]})


def draw(snapshots: pd.DataFrame) -> np.ndarray:
    """A number in [0, 1) for each snapshot, uniform over snapshots and fixed for each customer and date, (n,)."""
    names = snapshots["customer_id"].astype("str") + "@" + snapshots["as_of_date"].dt.strftime("%Y-%m-%d")
    codes = pd.util.hash_array(names.to_numpy(dtype=object), categorize=False)
    return (codes >> np.uint64(11)) / float(1 << 53)
