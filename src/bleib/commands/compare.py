"""bleib compare: is one version better than another, or is it chance?"""

from __future__ import annotations

from bleib.artifacts import DICTIONARY, TEST_SCORES
from bleib.commands.revisions import table_at
from bleib.console import say
from bleib.errors import BleibError
from bleib.model.change import METRICS, Gain, Metric, gains, pair
from bleib.model.scored import OURS
from bleib.model.selection import LEAST_PROBABILITY
from bleib.settings import load_settings, suggestion

TITLES = {"auroc": "AUROC", "average_precision": "average precision", "log_loss": "log loss"}
DIGITS = 4


def print_comparison(before: str, after: str, metric: Metric) -> None:
    """Print the figures of both on the test rows that they share, the paired gain, and the verdict by ``metric``."""
    settings = load_settings("evaluate").evaluate
    paired = pair(table_at(before, TEST_SCORES), table_at(after, TEST_SCORES), OURS)
    features = {revision: len(table_at(revision, DICTIONARY)) for revision in (before, after)}
    found = gains(paired, settings.bootstraps, settings.seed)
    dates, customers = paired["as_of_date"].nunique(), paired["customer_id"].nunique()
    say(f"{len(paired):,} snapshots of {customers:,} customers on {dates} dates that both scored")
    for line in [*table(found, before, after), "", verdict(found[metric], metric, before, after, features)]:
        say(line)


def metric_named(name: str) -> Metric:
    """The figure of that name; BleibError with the known names otherwise."""
    for metric in METRICS:
        if metric == name:
            return metric
    raise BleibError(f"--metric {name!r}: unknown{suggestion(name, list(METRICS))}")


def table(found: dict[Metric, Gain], before: str, after: str) -> list[str]:
    """One line a figure, with headings."""
    width = max(len(before), len(after), 9)
    lines = [f"{'':18} {before:>{width}} {after:>{width}}  {'gain [95 %]':28} {'P(better)':>9}"]
    for metric in METRICS:
        gain = found[metric]
        shown = f"{gain.gain.value:+.{DIGITS}f} [{gain.gain.low:+.{DIGITS}f}, {gain.gain.high:+.{DIGITS}f}]"
        values = f"{gain.before:>{width}.{DIGITS}f} {gain.after:>{width}.{DIGITS}f}"
        lines.append(f"{TITLES[metric]:18} {values}  {shown:28} {gain.better:9.0%}")
    return lines


def verdict(gain: Gain, metric: Metric, before: str, after: str, features: dict[str, int]) -> str:
    """What to keep, and why."""
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
