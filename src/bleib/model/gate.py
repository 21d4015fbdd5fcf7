"""The gate: whether the model is worth using at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from bleib.model.bootstrap import Figure
from bleib.model.ranking_names import RENEWAL, RULE

NO_SKILL = 0.5  # AUROC of a coin
WORDS = {  # of the simple rules: their name, and what they rank by
    RULE: ("the recency rule", "days since the last event"),
    RENEWAL: ("the rule “nearest renewal first”", "days to the next renewal"),
}


@dataclass(frozen=True)
class Failure:
    """One thing in which the model fails. ``kind``: gain, auroc, unstable, folds or leak; ``reason``: for a person.

    ``figures``: what shows it, for JSON: one figure with its interval, or an AUROC for each date.
    """

    kind: str
    reason: str
    figures: dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """Whether the model passed, and why not (or what it was judged by).

    ``trained_from``: where nothing could be judged, the day up to which the data must reach for it; else None.
    """

    passed: bool
    reasons: tuple[str, ...]
    trained_from: date | None = None
    failures: tuple[Failure, ...] = ()

    def text(self) -> str:
        """The verdict for a person, one line a reason."""
        return "\n".join([headline(self.plain()), *(f"  - {reason}" for reason in self.reasons)])

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        failures = [{"kind": failure.kind, "figures": failure.figures} for failure in self.failures]
        told = {"passed": self.passed, "reasons": list(self.reasons), "failures": failures}
        return told if self.trained_from is None else told | {"trained_from": self.trained_from.isoformat()}


def headline(gate: Mapping[str, Any]) -> str:
    """The verdict in a line, from what ``Verdict.plain`` gave."""
    if "trained_from" in gate:
        return "NOT PROVED: nothing is known yet of how good this list is."
    return "PASSED: the model may be used." if gate["passed"] else "FAILED: do not use this model."


def verdict(
    auroc: Figure,
    gain: Figure,
    auroc_by_date: Mapping[str, float],
    min_gain: float,
    on_folds: Figure | None = None,
    rule: str = RULE,
    most: float = 1.0,
) -> Verdict:
    """Judge the model by its AUROC, its paired gain over a simple ``rule`` and its AUROC on each date.

    It fails if the gain is not above ``min_gain`` with its whole 95 % interval, if the interval of the AUROC reaches
    down to 0.5, or if the AUROC is below 0.5 on one date (forward folds included) and above on another: the sign of
    what such a model learnt flips. ``on_folds``, the AUROC on the forward folds, must not reach down to 0.5
    either: skill that was not there when the model was chosen is luck, or will not last. An AUROC above ``most`` with
    its whole interval is no skill either: what is filled in when customers have left shows most on the newest dates.
    """
    tried = (
        _no_gain(gain, min_gain, rule),
        _no_skill(auroc),
        _unstable(auroc_by_date),
        _late(on_folds),
        _too_good(auroc, most),
    )
    failures = tuple(failure for failure in tried if failure is not None)
    reasons = tuple(failure.reason for failure in failures) or (_praise(auroc, gain, rule),)
    return Verdict(not failures, reasons, failures=failures)


def hardest(gains: Mapping[str, Figure]) -> str:
    """Of the rules by name that over which our gain is least sure: the lower end of its interval is the lowest."""
    return min(gains, key=lambda name: np.nan_to_num(gains[name].low, nan=-np.inf))


def _no_gain(gain: Figure, least: float, rule: str) -> Failure | None:
    if gain.low > least:
        return None
    name, what = WORDS[rule]
    better = "" if gain.low > 0 else f" Ranking by {what} may serve as well."
    reason = (
        f"it does not beat {name} for sure: AUROC gain {_interval(gain)}, needed: all of the interval above "
        f"{least:+.3f}.{better}"
    )
    return Failure("gain", reason, gain.plain() | {"least": least})


def _no_skill(auroc: Figure) -> Failure | None:
    if auroc.low > NO_SKILL:
        return None
    return Failure("auroc", f"no skill: AUROC {_interval(auroc, sign='')}, and 0.5 is chance.", auroc.plain())


def mean_of_folds(auroc: np.ndarray, leavers: np.ndarray, others: np.ndarray) -> Figure:
    """Mean AUROC (k,) of k folds with its 95 % interval where there is no skill; ``leavers``, ``others``: rows (k,).

    Without skill the variance of an AUROC is (leavers + others + 1) / (12 · leavers · others) (Mann and Whitney 1947,
    Annals of Mathematical Statistics 18(1), 50–60).
    """
    error = np.sqrt(((leavers + others + 1) / (12 * leavers * others)).sum()) / len(auroc)
    value = float(np.mean(auroc))
    return Figure(value, value - 1.96 * float(error), value + 1.96 * float(error))


def _late(on_folds: Figure | None) -> Failure | None:
    if on_folds is None or on_folds.low > NO_SKILL:
        return None
    reason = f"no skill on the forward folds, on which it was chosen: AUROC {_interval(on_folds, sign='')}."
    return Failure("folds", reason, on_folds.plain())


def _too_good(auroc: Figure, most: float) -> Failure | None:
    if not auroc.low > most:
        return None
    reason = (
        f"too good to be true: AUROC {_interval(auroc, sign='')}, above {most} for sure. Look for a feature that is "
        "filled in when customers have left (data/explanations/importance.csv has the strongest); if "
        'you have looked and it is honest, add "model" to train.allow_suspicious.'
    )
    return Failure("leak", reason, auroc.plain() | {"most": most})


def _unstable(by_date: Mapping[str, float]) -> Failure | None:
    known = {day: value for day, value in by_date.items() if np.isfinite(value)}
    below = [f"{value:.3f} on {day}" for day, value in known.items() if value < NO_SKILL]
    above = [f"{value:.3f} on {day}" for day, value in known.items() if value > NO_SKILL]
    if not below or not above:
        return None
    reason = (
        f"unstable: AUROC {', '.join(below)}, but {', '.join(above)}. What it learnt does not hold over time, or too "
        "few leave for it to be seen."
    )
    return Failure("unstable", reason, {str(day): round(float(value), 6) for day, value in known.items()})


def _praise(auroc: Figure, gain: Figure, rule: str) -> str:
    return f"AUROC {_interval(auroc, sign='')}, gain over {WORDS[rule][0]} {_interval(gain)}."


def _interval(figure: Figure, sign: str = "+") -> str:
    if np.isnan(figure.low):
        return f"{figure.value:{sign}.3f} [cannot be known from so few outcomes]"
    return f"{figure.value:{sign}.3f} [{figure.low:{sign}.3f}, {figure.high:{sign}.3f}]"
