"""bleib compare: is one version better than another, or is it chance?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from bleib.artifacts import DICTIONARY, FOLD_SCORES, TEST_SCORES, Artifact
from bleib.commands.revisions import table_at
from bleib.console import say
from bleib.errors import BleibError
from bleib.model.change import METRICS, Gain, Metric, Version, gains, pair
from bleib.model.selection import LEAST_PROBABILITY
from bleib.settings import load_settings, suggestion

TITLES = {"auroc": "AUROC", "average_precision": "average precision", "log_loss": "log loss"}
DIGITS = 4


@dataclass(frozen=True)
class Place:
    """Where versions are compared: the file with their scores, how it is read, and what its dates are called.

    ``calibrated``: the scores are final; else level and spread are mended later and do not count.
    """

    scores: Artifact
    read: Callable[[pd.DataFrame], Version]
    dates: str
    calibrated: bool


PLACES = {
    "folds": Place(FOLD_SCORES, Version.of_folds, "forward folds", calibrated=False),
    "test": Place(TEST_SCORES, Version.of_test, "test dates", calibrated=True),
}


def print_comparison(before: str, after: str, metric: Metric, place: Place) -> None:
    """Print the figures of both on the rows that they share, the paired gain, and the verdict by ``metric``."""
    settings = load_settings("evaluate").evaluate
    both = pair(*(place.read(table_at(revision, place.scores)) for revision in (before, after)))
    if not place.calibrated:
        both = both[0].at_its_best(), both[1].at_its_best()
    features = {revision: _features(table_at(revision, DICTIONARY)) for revision in (before, after)}
    found = gains(*both, settings.bootstraps, settings.seed)
    key = both[0].rows.key
    dates, customers = key["as_of_date"].nunique(), key["customer_id"].nunique()
    say(f"{len(key):,} snapshots of {customers:,} customers on {dates} {place.dates} that both scored")
    for line in [*table(found, before, after), "", verdict(found[metric], metric, before, after, features)]:
        say(line)
    if not place.calibrated:
        say("Raw scores, log loss at the best level and spread of each. --on test compares on the test dates.")


def _features(dictionary: pd.DataFrame) -> int:
    """How many a model may see; dictionaries of older versions do not say that some are for the rules only."""
    return int(dictionary["for_model"].sum()) if "for_model" in dictionary else len(dictionary)


def metric_named(name: str) -> Metric:
    """The figure of that name; BleibError with the known names otherwise."""
    for metric in METRICS:
        if metric == name:
            return metric
    raise _unknown("--metric", name, METRICS)


def place_named(name: str) -> Place:
    """The place of that name; BleibError with the known names otherwise."""
    if name not in PLACES:
        raise _unknown("--on", name, list(PLACES))
    return PLACES[name]


def _unknown(option: str, name: str, known: Sequence[str]) -> BleibError:
    return BleibError(f"{option} {name!r}: unknown{suggestion(name, list(known))}")


def table(found: dict[Metric, Gain], before: str, after: str) -> list[str]:
    """One line a figure, with headings."""
    width = max(len(before), len(after), 9)
    lines = [f"{'':18} {before:>{width}} {after:>{width}}  {'gain [95 %]':28} {'P(better)':>9}"]
    for metric in METRICS:
        gain = found[metric]
        value, low, high = (end + 0.0 for end in (gain.gain.value, gain.gain.low, gain.gain.high))  # no minus before 0
        shown = f"{value:+.{DIGITS}f} [{low:+.{DIGITS}f}, {high:+.{DIGITS}f}]"
        values = f"{gain.before:>{width}.{DIGITS}f} {gain.after:>{width}.{DIGITS}f}"
        lines.append(f"{TITLES[metric]:18} {values}  {shown:28} {gain.better:9.0%}")
    return lines


def verdict(gain: Gain, metric: Metric, before: str, after: str, features: dict[str, int]) -> str:
    """What to keep, and why."""
    if gain.gain.value == gain.error == 0:
        return f"SAME: {before} and {after} score all of them alike"
    why = (
        f"by {TITLES[metric]}: gain {gain.gain.value:+.{DIGITS}f}, standard error {gain.error:.{DIGITS}f}, "
        f"P(better) {gain.better:.0%}; a change is kept beyond one standard error and {LEAST_PROBABILITY:.0%}"
    )
    if gain.verdict == "better":
        return f"KEEP {after}: it is better ({why})"
    if gain.verdict == "worse":
        return f"KEEP {before}: {after} is worse ({why})"
    simpler = after if features[after] < features[before] else before
    counts = f"{features[before]} against {features[after]} features"
    return f"TIE: keep {simpler}, the simpler or older one ({counts}; {why})"
