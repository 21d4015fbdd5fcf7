"""How good the model is, question by question, as colleagues and a manager would ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from bleib.clock import to_date
from bleib.model.ranking_names import BY_VALUE, OURS, RULE
from bleib.report import quality, views
from bleib.report.formats import Formats
from bleib.report.texts import texts
from bleib.report.views import View

RIGHT = 1.0  # observed ÷ expected
ASKED = 0.3  # the probability that the question of belief is put for
NEAR = 0.05  # a prediction so far from it says something of it


@dataclass(frozen=True)
class Question:
    """One question with its answer. ``pictures``: names of pictures and the notes below their titles."""

    key: str
    title: str
    says: list[str]
    tiles: list[dict[str, str]] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)
    view: View | None = None


@dataclass(frozen=True)
class Judged:
    """What the evaluate stage found (artifacts of the same names). ``folds``: those of the candidate that was taken.

    ``value_days``: over how many days a margin is counted.
    """

    metrics: dict[str, Any]
    comparison: pd.DataFrame
    by_group: pd.DataFrame
    by_date: pd.DataFrame
    reliability: pd.DataFrame
    folds: pd.DataFrame
    value_days: int


def questions(judged: Judged, f: Formats) -> list[Question]:
    """All questions that the figures can answer, in the order of the page."""
    asked = [_rule(judged, f), _belief(judged, f), _weak(judged, f), _dates(judged, f)]
    asked += [question for question in (_money(judged, f), _whole_base(judged.metrics, f)) if question]
    return [*asked, _all_figures(judged, f)]


def _rule(judged: Judged, f: Formats) -> Question:
    t, n = texts(f.language), judged.metrics["test"]["capacity"]
    name = quality.best_rule(judged.metrics["models"], "precision")
    shares = [quality.value_of(judged.metrics, model, "precision") for model in (OURS, name)]
    shares.append(judged.metrics["test"]["base_rate"]["value"])
    ours, rule, base = (None if share is None else f.number(100 * share) for share in shares)
    known = None not in (ours, rule, base)
    counts = {"n": f.number(n), "ours": ours, "rule": rule, "base": base}
    says = [t["answer_rule"].format(**counts, name=t[f"model_{name}"])] if known else []
    if "value" in judged.metrics:
        says.append(t["answer_rule_order"].format(money=t["question_money"]))
    return Question(
        "rule",
        t["question_rule"].format(n=f.number(n)),
        says,
        tiles=_tiles(judged.metrics, f),
        pictures={"gain": t["note_gain"], "precision": t["note_precision"]},
    )


def _tiles(metrics: dict[str, Any], f: Formats) -> list[dict[str, str]]:
    t = texts(f.language)
    shown = {
        "precision": f.percent,
        "recall": f.percent,
        "lift": lambda value: f.number(value, 1) + "×",
        "auroc": lambda value: f.number(value, 3),
    }
    tiles = []
    for name, written in shown.items():
        figure = metrics["models"][OURS][name]
        if figure["value"] is not None:
            known = figure["low"] is not None
            span = t["interval"].format(low=written(figure["low"]), high=written(figure["high"])) if known else ""
            tiles.append({"value": written(figure["value"]), "text": t[f"tile_{name}"], "interval": span})
    return tiles


def _belief(judged: Judged, f: Formats) -> Question:
    t = texts(f.language)
    says = [
        *_nearest(judged.reliability, f),
        *_on_lists(judged.metrics, f),
        _level(judged.metrics["models"][OURS], f),
    ]
    return Question("belief", t["question_belief"], says, pictures={"reliability": t["note_reliability"]})


def _nearest(tenths: pd.DataFrame, f: Formats) -> list[str]:
    """How it went with those of about the probability that is asked for; whether there were any."""
    t = texts(f.language)
    predicted, lowest, highest = tenths[["predicted", "lowest", "highest"]].to_numpy(dtype=float).T
    outside = np.maximum(0.0, np.maximum(lowest - ASKED, ASKED - highest))
    nearest = np.lexsort((np.abs(predicted - ASKED), outside))[0]
    near = tenths.iloc[nearest]
    shares = {name: f.percent(near[name], 1) for name in ("predicted", "lowest", "highest", "observed", "low", "high")}
    counts = {"n": f.number(near["snapshots"]), "churned": f.number(near["churned"])}
    ends = {"lowest": f.percent(lowest.min(), 1), "highest": f.percent(highest.max(), 1)}
    far = [t["answer_belief_far"].format(**ends)] if outside[nearest] > NEAR else []
    return [*far, t["answer_belief"].format(**shares, **counts)]


def _on_lists(metrics: dict[str, Any], f: Formats) -> list[str]:
    """What was predicted of those on the lists beside what came; nothing where it is not known for sure."""
    test, found = metrics["test"], metrics["models"][OURS]["precision"]
    if found["low"] is None:
        return []
    observed = {
        name: f.percent(found[key], 1) for name, key in (("observed", "value"), ("low", "low"), ("high", "high"))
    }
    told = {"n": f.number(test["capacity"]), "predicted": f.percent(test["predicted_on_lists"], 1)}
    return [texts(f.language)["answer_belief_lists"].format(**told, **observed)]


def _level(ours: dict[str, Any], f: Formats) -> str:
    """Whether as many left as predicted, on the whole."""
    figure = ours["observed_expected"]
    if figure["low"] is None or figure["low"] <= RIGHT <= figure["high"]:
        key = "level_right"
    else:
        key = "level_too_high" if figure["high"] < RIGHT else "level_too_low"
    return texts(f.language)[key].format(figure=quality.interval(figure, f, 2))


def _weak(judged: Judged, f: Formats) -> Question:
    t, groups, rule = texts(f.language), judged.by_group, {"name": texts(f.language)[f"model_{judged.metrics['rule']}"]}
    if not len(groups):
        return Question("weak", t["question_weak"], [t["answer_no_groups"]])
    gain, rest, level = (
        groups[groups["metric"] == name].sort_values("value", kind="stable")
        for name in ("auroc_gain", "auroc_over_rest", "observed_expected")
    )
    found = {"weak_rest": rest[rest["high"] < 0], "weak_rule": gain[~(gain["low"] > 0)]}  # not known: not sure either
    says = [
        t[f"answer_{key}"].format(groups=_named(weak, 3, f), **rule)
        if len(weak)
        else t[f"answer_{key}_nowhere"].format(**rule)
        for key, weak in found.items()
    ]
    off = level[(level["low"] > RIGHT) | (level["high"] < RIGHT)]
    if len(off):
        says.append(t["answer_level_groups"].format(groups=_named(off, 2, f)))
    says.append(t["answer_groups_shown"])
    return Question("weak", t["question_weak"], says, view=views.by_group(groups, f))


def _named(groups: pd.DataFrame, digits: int, f: Formats) -> str:
    """Groups in words, each with its figure and interval."""
    return "; ".join(
        f"{views.group_name(row, f)} ({quality.interval(views.plain(row), f, digits)})"
        for row in groups.to_dict("records")
    )


def _dates(judged: Judged, f: Formats) -> Question:
    t, test = texts(f.language), judged.metrics["test"]
    ours = judged.by_date.loc[judged.by_date["model"] == OURS, "auroc"].dropna()
    spread = {"low": f.number(ours.min(), 3), "high": f.number(ours.max(), 3)}
    says = [t["answer_dates"].format(n=len(ours), **spread)] if len(ours) > 1 else [t["answer_one_date"]]
    if len(judged.folds):
        earlier = judged.folds["auroc"]
        spread = {"low": f.number(earlier.min(), 3), "high": f.number(earlier.max(), 3)}
        says.append(t["answer_folds"].format(n=len(earlier), **spread))
    title, rule = t["question_dates"], judged.metrics["rule"]
    says.append(t["answer_dates_rule"].format(name=t[f"model_{rule}"]))
    view = views.by_date(judged.by_date, judged.folds, rule, f.number(test["capacity"]), f)
    pictures = {"dates": "", "base_rate": t["note_base_rate"], "dates_curve": t["note_dates_curve"]}
    return Question("dates", title, says, pictures=pictures, view=view)


def _money(judged: Judged, f: Formats) -> Question | None:
    if "value" not in judged.metrics:
        return None
    t, value = texts(f.language), judged.metrics["value"]
    lists = {name: row["at_capacity"]["value"] for name, row in value["models"].items()}
    rule = quality.best_rule(value["models"], "at_capacity")
    captured = value["models"][BY_VALUE]["captured"]["value"]
    says = [
        t["answer_money"].format(
            n=f.number(judged.metrics["test"]["capacity"]),
            by_value=f.money(lists[BY_VALUE]),
            ours=f.money(lists[OURS]),
            rule=f.money(lists[rule]),
            name=t[f"model_{rule}"],
        )
    ]
    if captured is not None and captured > 0:
        says.append(t["answer_captured"].format(share=f.percent(captured)))
    terms = {"cost": f.money(value["cost"]), "success": f.percent(value["success"])}
    says += [t["money_assumed"].format(days=f.number(judged.value_days), **terms), t["answer_empulse"]]
    return Question(
        "money",
        t["question_money"],
        says,
        pictures={"profit": t["note_profit"]},
        view=views.money(value["models"], f),
    )


def _whole_base(metrics: dict[str, Any], f: Formats) -> Question | None:
    """The inflated figures, beside the honest ones."""
    found, honest = metrics.get("whole_base"), quality.value_of(metrics, RULE, "auroc")
    if found is None or found["recency_auroc"] is None or honest is None or is_everybody(metrics):
        return None
    t = texts(f.language)
    told = t["answer_whole_base"].format(
        n=f.number(found["snapshots"]),
        base=f.percent(found["base_rate"]),
        inflated=f.number(found["recency_auroc"], 3),
        honest=f.number(honest, 3),
    )
    return Question("whole_base", t["question_whole_base"], [told])


def is_everybody(metrics: dict[str, Any]) -> bool:
    """Whether nobody who was ever seen is missing in the test, so that its own figures are those of the whole base."""
    found = metrics.get("whole_base")
    return found is not None and metrics["test"]["snapshots"] >= found["snapshots"]


def _all_figures(judged: Judged, f: Formats) -> Question:
    t = texts(f.language)
    view = views.comparison(judged.comparison, f)
    return Question("comparison", t["comparison"], [t["comparison_note"]], view=view)


def tested(metrics: dict[str, Any], f: Formats) -> list[str]:
    """On what the figures stand: snapshots, customers, dates, how many left; or that there are none."""
    t, test = texts(f.language), metrics["test"]
    if not test["dates"]:
        return [t["tested_on_none"]]
    days = [f.day(to_date(day)) for day in test["dates"]]
    dates = f" {t['and']} ".join([", ".join(days[:-1]), days[-1]]) if len(days) > 1 else days[0]
    counts = {name: f.number(test[name]) for name in ("customers", "churned", "leavers")}
    base = f.percent(test["base_rate"]["value"], 1)
    told = t["tested_on"].format(n=f.number(test["snapshots"]), dates=dates, base=base, **counts)
    return [told, t["cohort_is_everybody"]] if is_everybody(metrics) else [told]
