"""What the event stream holds: from it follows which features can exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from bleib.contents import COLUMNS
from bleib.errors import SettingsError
from bleib.features.streams import KINDS
from bleib.settings import Churn, Features, suggestion

MIN_ROWS = 20  # a kind of interactions that is rarer gets no features of its own


@dataclass(frozen=True)
class Inventory:
    """Kinds of events with the columns that are filled for them.

    ``main`` are the interactions that make up the habit, ``others`` the further kinds of interactions that are frequent
    enough for features of their own.
    """

    kinds: Mapping[str, frozenset[str]]
    main: tuple[str, ...]
    others: tuple[str, ...] = ()

    def has(self, kinds: tuple[str, ...], column: str = "") -> bool:
        """Whether one of the kinds occurs (with the column filled, if given)."""
        return any(kind in self.kinds and (not column or column in self.kinds[kind]) for kind in kinds)


def take_inventory(counts: pd.DataFrame, churn: Churn, features: Features) -> Inventory:
    """What the counted events hold. SettingsError if features.main_kinds names interactions that do not occur."""
    kinds = {str(kind): frozenset(c for c in COLUMNS if row[c]) for kind, row in counts.iterrows()}
    interactions = [kind for kind in kinds if kind not in KINDS]
    for kind in features.main_kinds:
        if kind not in interactions:
            raise SettingsError(f"features.main_kinds: no interaction of kind {kind!r}{suggestion(kind, interactions)}")
    main = features.main_kinds or [kind for kind in churn.kinds if kind in interactions] or interactions
    ending = {*churn.leave_kinds, *churn.competing_kinds}
    rows = counts["rows"]
    others = [k for k in interactions if k not in main and k not in ending and rows[k] >= MIN_ROWS]
    return Inventory(kinds, tuple(sorted(set(main) - ending)), tuple(others))


def everything() -> Inventory:
    """A company with every table and column filled and the usual interactions: what the documentation shows."""
    others = ("discount", "login", "price_increase", "return")
    return Inventory({kind: frozenset(COLUMNS) for kind in ("order", *others, *KINDS)}, ("order",), others)
