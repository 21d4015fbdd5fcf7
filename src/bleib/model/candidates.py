"""The candidates for the model: boosters, two linear models, MBG/NBD and their means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bleib.model.main_activity import rfm_columns
from bleib.model.rows import Rows


@dataclass(frozen=True)
class Candidate:
    """``rhythm_share``: weight of MBG/NBD in the raw score. ``linear_share``: of the rest, the weight of the linear
    models, what is left is the boosters'. ``main_share``: of the linear models, the weight of the one that sees
    recency, frequency and monetary value only.
    """

    linear_share: float
    main_share: float = 0.0
    rhythm_share: float = 0.0

    @property
    def parts(self) -> set[str]:
        """The fields of ``OutOfFold`` that have a weight."""
        rest = 1 - self.rhythm_share
        weights = {
            "boosters": rest * (1 - self.linear_share),
            "linear": rest * self.linear_share * (1 - self.main_share),
            "main": rest * self.linear_share * self.main_share,
            "rhythm": self.rhythm_share,
        }
        return {name for name, weight in weights.items() if weight > 0}


BOOSTERS = "boosters"
CANDIDATES = {  # from simple to complex: in this order each challenges what stands
    "simple": Candidate(1.0, 1.0),
    BOOSTERS: Candidate(0.0),
    "linear": Candidate(1.0),
    "simple_blend": Candidate(0.5, 1.0),
    "blend": Candidate(0.5),
    "full_blend": Candidate(2 / 3, 0.5),  # boosters and both linear models alike
    "rhythm_blend": Candidate(0.5, rhythm_share=1 / 3),  # boosters, linear model and MBG/NBD alike
}
UNCOMPARED = ("full_blend", BOOSTERS)  # the first that is there is taken where no fold tells: docs/experiments.md


def main_features(given: Rows, kept: Rows) -> tuple[str, ...]:
    """Recency, frequency and monetary value of the main activity in ``given``, as far as they are in ``kept``."""
    return tuple(name for name in rfm_columns([str(name) for name in given.X]) if name in kept.X)


def has_boosters(name: str) -> bool:
    """Whether the model of that name grows trees."""
    return name in CANDIDATES and "boosters" in CANDIDATES[name].parts


def uncompared(names: Sequence[str]) -> str:
    """The one of ``names`` to take where no fold can tell."""
    return next(name for name in UNCOMPARED if name in names) if len(names) > 1 else names[0]
