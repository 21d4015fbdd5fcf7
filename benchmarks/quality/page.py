"""The tables of docs/quality.md, from the results that were kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.quality.figures import OURS, SHOWN
from bleib.files import write_text

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
NAMES = {
    OURS: "**bleib**",
    "recency": "recency rule",
    "renewal": "nearest renewal first",
    "rfm_logistic": "RFM logistic regression",
    "bg_nbd": "BG/NBD",
    "mbg_nbd": "MBG/NBD",
    "one_date": "bleib, one training date",
    "hist_gradient_boosting": "HistGradientBoosting, our features",
    "featuretools": "featuretools, our learner",
    "canaries": "_bleib, leak canaries planted_",
    "reachable": "_reachable: our learner, true drivers_",
    "reachable_ahead": "_reachable, with tenure and renewal date_",
    "true_hazard": "_ceiling: the true hazard_",
}
CEILINGS = ("reachable", "reachable_ahead", "true_hazard")
CANARIES = "canaries"
HEADS = ("AUROC", "avg. precision", "log loss", "lift 5 %", "precision 5 %", "slope", "O/E")
COARSE = ("lift", "calibration_slope", "observed_expected")
AHEAD = {
    "auroc": "AUROC",
    "average_precision": "avg. precision",
    "log_loss": "log loss",
    "lift": "lift 5 %",
    "precision": "precision 5 %",
    "calibration_slope": "slope (nearer 1)",
}
COUNTED = ("auroc", "log_loss")  # of all rows; lists of 5 % are short, so the others are mostly ties
WHOLE_BASES = ("cdnow_base",)  # sets of customers of whom most left long ago, as every rule sees
INFLATED = " (inflated)"
MISSING = "–"

Result = dict[str, Any]


def write_page(page: Path, results: list[Result]) -> None:
    """Put the tables between the marks of the page. ValueError if the page has lost its marks."""
    text = page.read_text(encoding="utf-8")
    head, mark, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"{page} lacks {BEGIN} or {END}, between which the tables stand")
    write_text(page, f"{head}{BEGIN}\n\n{tables(results)}\n{END}{tail}")


def tables(results: list[Result]) -> str:
    """All tables as Markdown, the sets in the order given."""
    measured = [result for result in results if "tests" in result]
    parts = ["## Beside what is known to be reachable", _strong(measured)]
    parts += ["## Wins, ties and losses", _score_board(measured)]
    parts += [part for result in measured if result["name"] == "demo" for part in _demo(result)]
    parts += ["## Set by set"] + [part for result in measured for part in _one_set(result)]
    absent = [f"* {result['title']}: {result['absent']}" for result in results if "absent" in result]
    return "\n\n".join([*parts, *(["## Not measured", "\n".join(absent)] if absent else [])]) + "\n"


def outcome(ahead: dict[str, float | None]) -> str:
    """win, tie or loss of ours by the paired interval; a tie where it is not known."""
    if ahead["low"] is not None and ahead["low"] > 0:
        return "win"
    if ahead["high"] is not None and ahead["high"] < 0:
        return "loss"
    return "tie"


def _strong(results: list[Result]) -> str:
    head = ["set, as of", "customers", "churned", "AUROC [95 %]", "strong", "apart"]
    head += ["avg. precision", "strong", "log loss", "strong", "slope", "O/E"]
    rows = []
    for result, test in _tests(results):
        ours, strong = test["models"][OURS]["figures"], test["strong"] or {}
        apart = ours["auroc"]["value"] - strong["auroc"] if strong else None
        rows.append(
            [
                f"{result['name']} {test['when']}{INFLATED if result['name'] in WHOLE_BASES else ''}",
                f"{test['snapshots']:,}",
                f"{test['churned'] / test['snapshots']:.1%}",
                _interval(ours["auroc"]),
                _plain(strong.get("auroc")),
                MISSING if apart is None else f"{apart:+.3f}",
                _plain(ours["average_precision"]["value"]),
                _plain(strong.get("average_precision")),
                _plain(ours["log_loss"]["value"]),
                _plain(strong.get("log_loss")),
                _interval(ours["calibration_slope"], 2),
                _interval(ours["observed_expected"], 2),
            ]
        )
    return _table(head, rows)


def _score_board(results: list[Result]) -> str:
    """One line a rival: how often we were ahead, level and behind for sure by AUROC and log loss, and all losses."""
    rows = []
    for rival, name in NAMES.items():
        if rival in (OURS, CANARIES, *CEILINGS):
            continue
        cells = [name]
        lost = []
        for metric, title in AHEAD.items():
            found = [
                (f"{result['name']} {test['when']}", outcome(test["models"][rival]["ahead"][metric]))
                for result, test in _tests(results)
                if metric in test["models"].get(rival, {}).get("ahead", {})
            ]
            counts = [sum(1 for _, how in found if how == one) for one in ("win", "tie", "loss")]
            if metric in COUNTED:
                cells.append(" / ".join(str(count) for count in counts) if found else MISSING)
            lost += [f"{where} ({title})" for where, how in found if how == "loss"]
        rows.append([*cells, "; ".join(lost)])
    return _table(["rival", "AUROC: won / tied / lost", "log loss: won / tied / lost", "lost on, by any figure"], rows)


def _demo(result: Result) -> Iterator[str]:
    """How much of the skill that can be reached was reached."""
    yield "## The demo company: how much of what can be known is found"
    rows = []
    for test in result["tests"]:
        base = test["churned"] / test["snapshots"]
        models = {name: test["models"][name]["figures"] for name in (OURS, *CEILINGS) if name in test["models"]}
        skill = {name: found["auroc"]["value"] - 0.5 for name, found in models.items()}
        above = {name: found["precision"]["value"] - base for name, found in models.items()}
        rows += [_shares("AUROC − .5", skill), _shares("precision at 5 % − base rate", above)]
    yield _table(["skill", *(NAMES[name] for name in (OURS, *CEILINGS))], rows)


def _shares(title: str, skill: dict[str, float]) -> list[str]:
    """Our skill, and that of each ceiling with the share of it that we reach."""
    cells = [f"{skill[name]:.3f} (reached: {skill[OURS] / skill[name]:.0%})" for name in CEILINGS]
    return [title, f"{skill[OURS]:.3f}", *cells]


def _one_set(result: Result) -> Iterator[str]:
    yield f"### {result['title']}"
    for test in result["tests"]:
        dates = f", {test['training_dates']} training dates" if "training_dates" in test else ""
        share = test["churned"] / test["snapshots"]
        yield f"{test['when']}: {test['snapshots']:,} customers, {share:.1%} churned{dates}."
        yield _models(test)
        if test["skipped"]:
            yield "\n".join(f"* {NAMES[name]} left out: {reason}" for name, reason in test["skipped"].items())


def _models(test: Result) -> str:
    head = ["", *HEADS, *(f"bleib ahead: {title}" for title in AHEAD.values())]
    rows = []
    for name in (name for name in NAMES if name in test["models"]):
        figures, ahead = test["models"][name]["figures"], test["models"][name]["ahead"]
        values = [_plain(figures.get(key, {}).get("value"), 2 if key in COARSE else 3) for key in SHOWN]
        rows.append([NAMES[name], *values, *(_ahead(ahead[key]) if key in ahead else "" for key in AHEAD)])
    return _table(head, rows)


def _ahead(figure: dict[str, float | None]) -> str:
    """The difference with its interval; bold where it is sure."""
    if figure["value"] is None or figure["low"] is None or figure["high"] is None:
        return MISSING
    text = f"{figure['value']:+.3f} [{figure['low']:+.3f}, {figure['high']:+.3f}]"
    return f"**{text}**" if outcome(figure) != "tie" else text


def _interval(figure: dict[str, float | None], digits: int = 3) -> str:
    if figure["low"] is None or figure["high"] is None:
        return _plain(figure["value"], digits)
    return f"{_plain(figure['value'], digits)} [{_plain(figure['low'], digits)}, {_plain(figure['high'], digits)}]"


def _plain(value: float | None, digits: int = 3) -> str:
    """A figure without the nought before its point."""
    return MISSING if value is None else f"{value:.{digits}f}".removeprefix("0")


def _tests(results: list[Result]) -> Iterator[tuple[Result, Result]]:
    return ((result, test) for result in results for test in result["tests"])


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
