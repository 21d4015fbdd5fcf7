"""The tables of the report page as rows of cells, in the company's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bleib.clock import to_date
from bleib.model.ranking_names import OURS
from bleib.report import quality
from bleib.report.formats import MISSING, Formats, money_digits
from bleib.report.texts import texts

SHARES = ("precision", "recall", "base_rate")
MONEY_SHARES = ("captured", "left")
COARSE = ("lift", "calibration_slope", "calibration_intercept", "observed_expected")
# How far a figure is from being as good as it can be; figures that are not named are better when larger.
DISTANCE = {
    "log_loss": lambda value: value,
    "brier": lambda value: value,
    "calibration_slope": lambda value: abs(value - 1),
    "calibration_intercept": abs,
    "observed_expected": lambda value: abs(value - 1),
}
FIGURES = ("churn_rate", "retention_rate", "repeat_purchase_rate", "nps", "clv")
MONTHS_SHOWN = 12
GROUP_METRICS = ("base_rate", "auroc", "auroc_gain", "auroc_over_rest", "observed_expected")
GROUP_DIGITS = {"tenure": 0, "activity": 1}
FILES_SHOWN = 2


@dataclass(frozen=True)
class Cell:
    """One cell: its text, whether it is a figure, whether it stands out."""

    text: str
    number: bool = True
    strong: bool = False


@dataclass(frozen=True)
class View:
    """One table: headings and rows of equal length."""

    head: list[Cell]
    rows: list[list[Cell]]


def words(text: str, strong: bool = False) -> Cell:
    """A cell that is no figure."""
    return Cell(text, number=False, strong=strong)


def comparison(frame: pd.DataFrame, f: Formats) -> View:
    """One line a metric, one column a model (columns model, metric, value, low, high); the best of a line is strong."""
    t = texts(f.language)
    models, metrics = list(frame["model"].unique()), list(frame["metric"].unique())
    found = frame.set_index(["metric", "model"])[["value", "low", "high"]]
    rows = []
    for metric in metrics:
        best = _best(found.loc[metric, "value"], metric)
        cells = [
            Cell(_figure(found, metric, model, f), strong=model == best and len(found.loc[metric]) > 1)
            for model in models
        ]
        rows.append([words(t[f"metric_{metric}"]), *cells])
    return View([words(t["metric"]), *(Cell(t.get(f"model_{model}", model)) for model in models)], rows)


def _best(values: pd.Series, metric: str) -> Any:
    distance = DISTANCE.get(metric, lambda value: -value)
    known = values.dropna()
    return known.map(distance).idxmin() if len(known) else None


def _figure(found: pd.DataFrame, metric: str, model: str, f: Formats) -> str:
    if (metric, model) not in found.index:
        return MISSING
    return metric_text(metric, plain(found.loc[[(metric, model)]].to_dict("records")[0]), f)


def plain(row: Mapping[Any, Any]) -> dict[str, float | None]:
    """Value, low and high of a row, none in place of NaN, as ``quality.interval`` takes them."""
    return {name: None if pd.isna(row[name]) else float(row[name]) for name in ("value", "low", "high")}


def metric_text(metric: str, figure: dict[str, float | None], f: Formats) -> str:
    """A metric with its interval; shares in percent."""
    if metric not in SHARES:
        return quality.interval(figure, f, digits=2 if metric in COARSE else 3)
    scaled = {name: None if value is None else 100 * value for name, value in figure.items()}
    text = quality.interval(scaled, f, digits=1)
    return text if text == MISSING else f"{text}\u202f%"


def by_group(frame: pd.DataFrame, f: Formats) -> View:
    """One line a group of customers (columns of artifacts.BY_GROUP)."""
    t = texts(f.language)
    metrics = [name for name in GROUP_METRICS if (frame["metric"] == name).any()]
    keyed = frame.assign(key=frame["by"] + "/" + frame["group"].astype("str"))
    found = keyed.set_index(["metric", "key"])[["value", "low", "high"]]
    rows = [
        [words(group_name(row, f)), Cell(f.number(row["snapshots"]))]
        + [Cell(_figure(found, metric, row["key"], f)) for metric in metrics]
        for row in keyed.drop_duplicates("key").to_dict("records")
    ]
    head = [words(t["group"]), Cell(t["snapshots"]), *(Cell(t[f"metric_{metric}"]) for metric in metrics)]
    return View(head, rows)


def group_name(row: Mapping[Any, Any], f: Formats) -> str:
    """A group in words: "Segment: private", "Customer for: 120 to under 300 days"."""
    t, by = texts(f.language), row["by"]
    title = t[f"by_{by}"]
    if by in ("segment", "region"):
        return f"{title}: {row['group']}"
    written = f.money if by == "value" else lambda value: f.number(value, GROUP_DIGITS[by])
    ends = {name: written(row[name]) for name in ("start", "end")}
    if pd.isna(row["start"]):
        span = t["span_under"].format(**ends)
    else:
        span = (t["span_over"] if pd.isna(row["end"]) else t["span_between"]).format(**ends)
    return f"{title}: {span} {t['unit_tenure']}" if by == "tenure" else f"{title}: {span}"


def by_date(frame: pd.DataFrame, folds: pd.DataFrame, rule: str, capacity: str, f: Formats) -> View:
    """One line a test date, newest first (columns as_of_date, model, snapshots, base_rate, precision, auroc), and one
    a forward fold (as_of_date, snapshots, base_rate, auroc), of which no list was made.
    """
    t = texts(f.language)
    found = frame.set_index(["as_of_date", "model"])
    rows = []
    for day in sorted(frame["as_of_date"].unique(), reverse=True):
        ours, simple = found.loc[(day, OURS)], found.loc[(day, rule)]
        shares = [f.percent(share, 1) for share in (ours["base_rate"], ours["precision"], simple["precision"])]
        aurocs = [f.number(row["auroc"], 3) for row in (ours, simple)]
        counts = [f.number(ours["snapshots"]), *shares, *aurocs]
        rows.append([words(f.short_day(to_date(day))), *map(Cell, counts)])
    for fold in folds.sort_values("as_of_date", ascending=False).to_dict("records"):
        day = t["while_choosing"].format(day=f.short_day(to_date(fold["as_of_date"])))
        counts = [f.number(fold["snapshots"]), f.percent(fold["base_rate"], 1), MISSING, MISSING]
        rows.append([words(day), *map(Cell, [*counts, f.number(fold["auroc"], 3), MISSING])])
    head = [
        t["snapshots"],
        t["metric_base_rate"],
        t["left_on_list"].format(n=capacity),
        t["left_on_rules_list"].format(n=capacity),
    ]
    head += [t["metric_auroc"], t["auroc_of_rule"]]
    return View([words(t["date"]), *map(Cell, head)], rows)


def money(models: Mapping[str, Mapping[str, dict[str, float | None]]], f: Formats) -> View:
    """One line a ranking with what its list brings and its expected maximum profit a customer."""
    t = texts(f.language)
    columns = ("at_capacity", "captured", "left", "empc", "empb")
    digits = {name: _column_digits(name, [row[name] for row in models.values() if name in row]) for name in columns}
    rows = [
        [words(t[f"model_{name}"]), *(Cell(_money_figure(row.get(k), k, digits[k], f)) for k in columns)]
        for name, row in sorted(models.items(), key=lambda item: -(item[1]["at_capacity"]["value"] or 0.0))
    ]
    return View([words(t["ranking"]), *(Cell(t[f"money_{column}"]) for column in columns)], rows)


def _column_digits(column: str, figures: list[dict[str, float | None]]) -> int:
    """Shares in whole percent, money with what its largest figure needs, EMPC and EMPB with cents at least."""
    if column in MONEY_SHARES:
        return 0
    largest = max((abs(figure["value"] or 0.0) for figure in figures), default=0.0)
    return max(money_digits(largest), 0 if column == "at_capacity" else 2)


def _money_figure(figure: dict[str, float | None] | None, column: str, digits: int, f: Formats) -> str:
    if figure is None or figure["value"] is None:
        return MISSING
    share = column in MONEY_SHARES
    scaled = {name: None if value is None else (100 if share else 1) * value for name, value in figure.items()}
    shown = quality.interval(scaled, f, digits)
    return f"{shown}\u202f%" if share else f.with_sign(shown)


def months(figures: pd.DataFrame, horizon: int, f: Formats) -> View:
    """The key figures of the newest months, one line a month, newest first."""
    rows = figures[(figures["by"] == "month") & ~is_joined(figures)]
    periods = sorted(rows["period"].unique())[-MONTHS_SHOWN:][::-1]
    lines = {f.month(period): rows[rows["period"] == period] for period in periods}
    return _figures_view(texts(f.language)["month"], lines, horizon, f)


def groups(figures: pd.DataFrame, by: str, horizon: int, f: Formats) -> View:
    """The key figures of the latest months together, one line a segment or cohort; CLV as of the newest month."""
    t = texts(f.language)
    newest = figures.loc[~is_joined(figures), "period"].max()
    wanted = is_joined(figures) | ((figures["figure"] == "clv") & (figures["period"] == newest))
    rows = figures[wanted & (figures["by"] == by)]
    lines = {str(name): part for name, part in rows.groupby("group")}
    lines[t["everybody"]] = figures[wanted & (figures["by"] == "month")]
    return _figures_view(t["segment" if by == "segment" else "cohort"], lines, horizon, f)


def is_joined(figures: pd.DataFrame) -> pd.Series:
    """Which rows speak of several months together."""
    return figures["period"].str.contains("..", regex=False)


def joined_period(figures: pd.DataFrame) -> str:
    """The key of the months that are joined; empty where there are none."""
    joined = figures.loc[is_joined(figures), "period"]
    return str(joined.iloc[0]) if len(joined) else ""


def _figures_view(title: str, lines: dict[str, pd.DataFrame], horizon: int, f: Formats) -> View:
    t = texts(f.language)
    present = [figure for figure in FIGURES if any((part["figure"] == figure).any() for part in lines.values())]
    rows = []
    for name, part in lines.items():
        known = part.set_index("figure")
        start = f.number(float(known["n"].get("churn_rate", float("nan"))))
        rows.append([words(name), Cell(start), *(Cell(_key_figure(known["value"], k, f)) for k in present)])
    head = [Cell(t[f"figure_{figure}"].format(months=horizon)) for figure in present]
    return View([words(title), Cell(t["at_start"]), *head], rows)


def _key_figure(values: pd.Series, figure: str, f: Formats) -> str:
    value = float(values.get(figure, float("nan")))
    if figure == "clv":
        return f.money(value)
    if figure == "nps":
        return f.number(value)
    return f.percent(value / 100, 1)


def sources(report: dict[str, Any], f: Formats) -> View:
    """One line a source with its counts, and the total."""
    t = texts(f.language)
    counts = ("rows_in", "rows_out", "quarantined", "filtered", "merged")
    rows = [
        [words(_files(entry["files"], t)), words(entry["table"]), *(Cell(f.number(entry[name])) for name in counts)]
        for entry in report["sources"]
    ]
    total = [Cell(f.number(report["totals"][name]), strong=True) for name in counts]
    head = [words(t["source"]), words(t["table"]), *(Cell(t[name]) for name in counts)]
    return View(head, [*rows, [words(t["total"], strong=True), words(""), *total]])


def faults(entries: list[dict[str, Any]], f: Formats) -> View:
    """One line a kind of fault, most rows first; the same fault in many files stands on one line."""
    t = texts(f.language)
    kinds: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for entry in entries:
        kinds.setdefault(tuple(entry[k] for k in ("table", "column", "reason", "remedy")), []).append(entry)
    ordered = sorted(kinds.values(), key=lambda same: -sum(entry["rows"] for entry in same))
    head = [words(t[key]) for key in ("source", "column_at_fault", "found")]
    return View(
        [*head, Cell(t["rows"]), words(t["examples"]), words(t["remedy"])], [_fault(same, t, f) for same in ordered]
    )


def _fault(same: list[dict[str, Any]], t: dict[str, str], f: Formats) -> list[Cell]:
    first = same[0]
    rows = f.number(sum(entry["rows"] for entry in same))
    texts_ = (_files([entry["file"] for entry in same], t), first["column"], first["reason"])
    return [*map(words, texts_), Cell(rows), words("; ".join(first["examples"])), words(first["remedy"])]


def _files(files: list[str], t: dict[str, str]) -> str:
    if len(files) <= FILES_SHOWN:
        return ", ".join(files)
    return t["files"].format(first=files[0], last=files[-1], n=len(files))
