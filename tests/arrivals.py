"""The canonical tables as they stood at an instant: what had arrived, and of that only what was past."""

from __future__ import annotations

import pandas as pd

# Second times of each table and what was written down together with them.
SECOND_TIMES: dict[str, dict[str, list[str]]] = {
    "customers": {"signed_up_at": []},
    "tickets": {"first_response_at": [], "resolved_at": ["satisfaction"], "reopened_at": []},
    "complaints": {"answered_at": [], "resolved_at": ["compensation"]},
    "contracts": {"ended_at": ["end_reason"], "cancelled_at": []},
    "surveys": {"answered_at": ["score", "known_at"]},
    "payments": {"paid_at": [], "failed_at": []},
    "contacts": {"opened_at": [], "clicked_at": [], "unsubscribed_at": []},
}


def cut(tables: dict[str, pd.DataFrame], t: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """The tables as they stood at ``t``: nothing that arrived later, no second time that was not yet past."""
    return {name: _cut(name, frame, t) for name, frame in tables.items()}


def arrived(name: str, frame: pd.DataFrame) -> pd.Series:
    """When each row was there: a question when it was sent, a version not before it holds, all others by known_at."""
    if name == "surveys":
        return frame["sent_at"]
    if name == "contracts":
        return frame[["known_at", "valid_from"]].max(axis=1)
    return frame["valid_from" if name == "customers" else "known_at"]


def _cut(name: str, frame: pd.DataFrame, t: pd.Timestamp) -> pd.DataFrame:
    out = frame[arrived(name, frame) < t].copy()
    for column, beside in SECOND_TIMES.get(name, {}).items():
        known = out["known_at"] if name == "surveys" else out[column]
        future = ~((out[column] < t) & (known < t))
        out.loc[future, [column, *beside]] = None
    return out.astype(frame.dtypes.to_dict())
