"""What the evaluation means, in words of the company's language, from metrics.json."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bleib.clock import to_date
from bleib.model.ranking_names import BY_VALUE, OURS, RULES
from bleib.report.formats import MISSING, Formats
from bleib.report.texts import texts


def of_hundred(metrics: dict[str, Any], f: Formats) -> list[str]:
    """How many of 100 on a list really left, with the model, the simple rule and by chance, one text each; and on lists
    by value, as the delivered one is, where values are known.

    Empty where the precision at capacity is not known.
    """
    t, name = texts(f.language), best_rule(metrics["models"], "precision")
    ours, rule = (value_of(metrics, model, "precision") for model in (OURS, name))
    base = metrics["test"]["base_rate"]["value"]
    if ours is None or rule is None or base is None:
        return []
    counts = {name: f.number(100 * share) for name, share in {"ours": ours, "rule": rule, "base": base}.items()}
    counts |= {"n": f.number(metrics["test"]["capacity"]), "name": t[f"model_{name}"]}
    by_value = metrics.get("value", {}).get("models", {}).get(BY_VALUE, {}).get("left", {}).get("value")
    told = [] if by_value is None else [t["quality_by_value"].format(n=counts["n"], left=f.number(100 * by_value))]
    return [t["quality_list"].format(**counts), *told, t["quality_base"].format(**counts)]


def passed(metrics: dict[str, Any]) -> bool:
    """Whether the gate let the model pass."""
    return bool(metrics["gate"]["passed"])


@dataclass(frozen=True)
class Banner:
    """What is said loudest. ``kind``: passed, failed or open (nothing could be measured yet)."""

    kind: str
    title: str
    text: str


def banner(metrics: dict[str, Any], f: Formats) -> Banner:
    """The verdict of the gate; where nothing could be measured, the day from which on it can."""
    t, gate = texts(f.language), metrics["gate"]
    kind = "open" if "trained_from" in gate else "passed" if gate["passed"] else "failed"
    told = {"day": f.day(to_date(gate["trained_from"]))} if kind == "open" else {"name": t[f"model_{metrics['rule']}"]}
    return Banner(kind, t[f"{kind}_title"], t[f"{kind}_text"].format(**told))


def facts(metrics: dict[str, Any], f: Formats) -> list[str]:
    """Why the model failed, or what it was passed by, one sentence each."""
    t = texts(f.language)
    if banner(metrics, f).kind == "open":
        return []
    if passed(metrics):
        rule, ours = metrics["rule"], metrics["models"][OURS]["auroc"]
        gain = interval(metrics["difference_from"][rule]["auroc"], f)
        return [
            t["fact_auroc"].format(figure=interval(ours, f)),
            t["fact_gain"].format(figure=gain, name=t[f"model_{rule}"]),
        ]
    return [_failure(found["kind"], found["figures"], f) for found in metrics["gate"]["failures"]]


def _failure(kind: str, figures: dict[str, float | None], f: Formats) -> str:
    """A failure of the gate in words."""
    told = texts(f.language)[f"fault_{kind}"]
    if kind == "unstable":
        return told.format(
            figures="; ".join(f.number(value, 2) for _, value in sorted(figures.items()) if value is not None)
        )
    least = figures.get("least")
    return told.format(figure=interval(figures, f), least="" if least is None else f.number(least, 3))


def how_little(recipe: dict[str, Any], f: Formats) -> list[str]:
    """Where the company is too small, or too young, to know much: what that means, in at most one sentence."""
    t, basis = texts(f.language), recipe["basis"]
    if basis is None or (not basis["few"] and basis["folds"] >= max(basis["folds_wanted"], 1)):
        return []
    if basis["few"]:
        return [t["small_leavers"].format(n=f.number(basis["leavers"]))]
    key = {0: "small_no_folds", 1: "small_one_fold"}.get(basis["folds"], "small_folds")
    return [t[key].format(n=f.number(basis["folds"]))]


def interval(figure: dict[str, float | None], f: Formats, digits: int = 3) -> str:
    """A figure with its 95 % interval: "0.812 [0.790, 0.833]"; without one where it is not known."""
    value, low, high = (figure[name] for name in ("value", "low", "high"))
    if value is None:
        return MISSING
    if low is None or high is None:
        return f.number(value, digits)
    gap = "; " if f.language == "de" else ", "
    return f"{f.number(value, digits)} [{f.number(low, digits)}{gap}{f.number(high, digits)}]"


def best_rule(models: dict[str, Any], metric: str) -> str:
    """Of the simple rules among the ``models`` the best by a metric, so that nobody is compared with a weaker one."""
    known = {name: models[name][metric]["value"] for name in RULES if name in models}
    return max(known, key=lambda name: -np.inf if known[name] is None else known[name], default=RULES[0])


def value_of(metrics: dict[str, Any], model: str, metric: str) -> float | None:
    """The value of a metric of a model; None where it is not known."""
    value = metrics["models"].get(model, {}).get(metric, {}).get("value")
    return None if value is None else float(value)
