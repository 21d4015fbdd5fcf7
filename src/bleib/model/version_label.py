"""What a version of the registered model tells of itself: its day, its origin, and what the evaluation found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bleib.model.gate import headline
from bleib.model.ranking_names import OURS
from bleib.model.tracking import VersionLabel, verdict_word


def version_label(about: Mapping[str, Any], as_of: str, metrics: Mapping[str, Any]) -> VersionLabel:
    """Tags and description of the model of the list.

    ``about``: of its model.json; ``as_of``: the day of its list; ``metrics``: metrics.json, of the evaluated model
    whose recipe it has. Figures that could not be measured have no tag.
    """
    gate, rule = metrics["gate"], metrics["rule"]
    origin = {"role": "list", "as_of_date": as_of, "evaluated_model_sha256": about["evaluated_model_sha256"]}
    figures = {
        "auroc": metrics["models"].get(OURS, {}).get("auroc"),
        f"auroc_gain_over_{rule}": metrics["difference_from"].get(rule, {}).get("auroc"),
    }
    told = {name: _with_interval(figure) for name, figure in figures.items() if figure is not None}
    word = verdict_word(gate)
    description = "\n".join([headline(gate), *gate["reasons"]])
    return VersionLabel(origin | {"gate": word} | told, description, word == "passed")


def _with_interval(figure: Mapping[str, float | None]) -> str:
    value, low, high = ("?" if figure[part] is None else f"{figure[part]:.3f}" for part in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"
