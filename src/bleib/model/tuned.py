"""What a search for settings found, and the settings in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from bleib.settings import LightGbm, Train


@dataclass(frozen=True)
class Tuned:
    """What came of a search. Nothing was searched: no trials, no settings.

    ``settings``: those that go before params.yaml, by name as in ``search.space``; none: params.yaml holds.
    ``trials``: all of the study, of which ``pruned`` were given up early. ``log_loss``: on the older folds, of
    ``params`` and of the ``best`` trial. ``proof``: the comparison on the newest fold (``selection.Comparison.plain``).
    """

    settings: dict[str, float] = field(default_factory=dict)
    trials: int = 0
    pruned: int = 0
    log_loss: dict[str, float] = field(default_factory=dict)
    proof: dict[str, float | str] | None = None
    notes: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """For JSON; ``of_plain`` reads it back."""
        return vars(self) | {"notes": list(self.notes)}

    @classmethod
    def of_plain(cls, stored: dict[str, Any]) -> Self:
        """What ``plain`` gave."""
        return cls(**stored | {"notes": tuple(stored["notes"])})


NOT_SEARCHED = Tuned()


def in_force(train: Train, found: Mapping[str, float]) -> Train:
    """``train`` with the ``found`` settings (LightGBM's or ``linear_penalty``) in the place of its own.

    The only place that puts them together: training, refit and the search itself ask here.
    """
    boosting = {name: value for name, value in found.items() if name in LightGbm.model_fields}
    others = {name: value for name, value in found.items() if name not in boosting}
    return Train.model_validate(train.model_dump() | others | {"lightgbm": train.lightgbm.model_dump() | boosting})
