"""Our figures on an example beside the known ones, and whether they are where they should be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bleib import artifacts
from bleib.console import say
from bleib.examples.catalogue import Reference
from bleib.files import read_json

BELOW = 0.01  # AUROC under the plain model that is still chance
ABOVE = 0.02  # AUROC over the strong model from which a leak is more likely than a better model
KNOWN = (("recency rule", "recency"), ("best of the BG/NBD kind", "bg_nbd"), ("plain LightGBM", "plain"))
OURS = (
    ("bleib", "bleib"),
    ("recency rule, computed here", "recency"),
    ("RFM logistic regression, computed here", "rfm_logistic"),
    ("BG/NBD, computed here", "bg_nbd"),
)


def compare(reference: Reference, folder: Path) -> int:
    """Print the figures of the run in ``folder`` beside the known ones; 0 if they agree, 1 otherwise."""
    metrics = read_json(folder / artifacts.METRICS.path)
    for line in [*table(reference, metrics), ""]:
        say(line)
    faults = [*not_comparable(reference, metrics["test"]), *out_of_band(reference, _auroc(metrics))]
    for fault in faults:
        say(f"NOT AS IT SHOULD BE: {fault}")
    if not faults:
        say(praise(reference, _auroc(metrics)))
    say(f"\nlist: {folder / artifacts.LIST_PAGE.path}\nreport: {folder / artifacts.REPORT_PAGE.path}")
    return 1 if faults else 0


def table(reference: Reference, metrics: dict[str, Any]) -> list[str]:
    """The figures as lines of text: the test, then one line a model."""
    test = metrics["test"]
    lines = [
        f"as of {', '.join(test['dates'])}: {test['snapshots']:,} customers, {test['base_rate']['value']:.1%} churned",
        f"{'':40} {'AUROC':>5}  {'[95 %]':<14}  {'avg. precision':>14}  {'log loss':>8}",
    ]
    lines += [_ours(title, metrics["models"][name]) for title, name in OURS if name in metrics["models"]]
    lines += [f"{f'known: {title}':40} {getattr(reference, name):5.3f}" for title, name in KNOWN]
    known = f"{reference.average_precision:14.3f}  {reference.log_loss:8.3f}"
    return [*lines, f"{'known: strong LightGBM':40} {reference.strong:5.3f}  {'':14}  {known}"]


def not_comparable(reference: Reference, test: dict[str, Any]) -> list[str]:
    """Why the test is another one than that of the known figures; empty if it is the same."""
    faults = []
    if test["dates"] != [reference.as_of.isoformat()]:
        faults.append(f"the test dates are {', '.join(test['dates'])}; the known figures are of {reference.as_of}")
    if test["snapshots"] != reference.snapshots:
        faults.append(f"the cohort has {test['snapshots']:,} customers, that of the figures {reference.snapshots:,}")
    return faults


def out_of_band(reference: Reference, auroc: float) -> list[str]:
    """Whether the AUROC is too low to be right, or too high to be true; empty if neither."""
    if auroc < reference.plain - BELOW:
        return [f"AUROC {auroc:.3f} is below the plain model's {reference.plain:.3f}: something is lost on the way"]
    if auroc > reference.strong + ABOVE:
        return [f"AUROC {auroc:.3f} is far above the strong model's {reference.strong:.3f}: look for a leak"]
    return []


def praise(reference: Reference, auroc: float) -> str:
    """Where in the band the AUROC lies."""
    if auroc < reference.plain:
        return f"within chance of the plain model, but below it ({auroc - reference.plain:+.3f})"
    to_plain, to_strong = auroc - reference.plain, auroc - reference.strong
    return f"as it should be: AUROC {to_plain:+.3f} to the plain model, {to_strong:+.3f} to the strong one"


def _auroc(metrics: dict[str, Any]) -> float:
    return float(metrics["models"]["bleib"]["auroc"]["value"])


def _ours(title: str, figures: dict[str, Any]) -> str:
    auroc = figures["auroc"]
    interval = "unknown" if auroc["low"] is None else f"[{auroc['low']:.3f}, {auroc['high']:.3f}]"
    rest = [f"{figures['average_precision']['value']:14.3f}"]
    if "log_loss" in figures:
        rest.append(f"{figures['log_loss']['value']:8.3f}")
    return f"{title:40} {auroc['value']:5.3f}  {interval:<14}  {'  '.join(rest)}"
