"""The pictures of the report: one look, the company's language, the same bytes for the same figures."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bleib.model.ranking_names import BY_VALUE, OURS
from bleib.report.formats import Formats
from bleib.report.texts import texts

ACCENT = "#1f6f8b"
INK = "#1c2733"
SOFT = "#5b6770"
GRID = "#e3e9ed"
RIVALS = ("#9aa7b1", "#c8a24a", "#7b9e89", "#a98fb8")
PNG = {"Software": None}  # no program version in the file: the same bytes for the same picture
MIN_COHORT = 30
MIN_LISTED = 20
LABEL_GAP = 9  # points between the end of a curve and its label
STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "text.color": INK,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "lines.linewidth": 2.0,
    "legend.frameon": False,
}


@dataclass(frozen=True)
class Labels:
    """Words and figures of the axes."""

    t: dict[str, str]
    f: Formats

    @classmethod
    def of(cls, f: Formats) -> Labels:
        """In the language of ``f``."""
        return cls(texts(f.language), f)


def reliability(frame: pd.DataFrame, f: Formats) -> bytes:
    """Predicted against observed share (columns predicted, observed, low, high), with intervals and the diagonal."""
    names = Labels.of(f)
    with _picture() as (axis, done):
        top = float(min(1.0, 1.08 * np.nanmax(frame[["predicted", "observed", "high"]].to_numpy(dtype=float))))
        spans = np.abs(frame[["low", "high"]].to_numpy(dtype=float).T - frame["observed"].to_numpy())
        axis.plot([0, top], [0, top], color=SOFT, linewidth=1, linestyle="--", label=names.t["line_perfect"])
        axis.errorbar(
            frame["predicted"], frame["observed"], yerr=spans, color=ACCENT, linewidth=1, capsize=3, fmt="none"
        )
        axis.plot(frame["predicted"], frame["observed"], color=ACCENT, marker="o", markersize=6, label=OURS)
        _percent(axis.xaxis, f)
        _percent(axis.yaxis, f)
        axis.set(xlabel=names.t["axis_predicted"], ylabel=names.t["axis_observed"], xlim=(0, top), ylim=(0, top))
        axis.legend(loc="upper left")
        return done()


def gain(frame: pd.DataFrame, metrics: dict[str, Any], f: Formats) -> bytes:
    """Share of leavers reached by share contacted (columns model, share, recall), a line a model; our lists marked."""
    names, test = Labels.of(f), metrics["test"]
    contacted = min(1.0, test["capacity"] * len(test["dates"]) / test["snapshots"])
    with _picture(height=4.3) as (axis, done):
        axis.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle="--", label=names.t["line_chance"])
        for model, rows, color, width in _models(frame):
            xs, ys = [0.0, *rows["share"]], [0.0, *rows["recall"]]
            axis.plot(xs, ys, color=color, linewidth=width, label=names.t[f"model_{model}"])
        _mark_lists(axis, contacted, metrics["models"][OURS]["recall"]["value"], test["capacity"], names)
        _percent(axis.xaxis, f)
        _percent(axis.yaxis, f)
        axis.set(xlabel=names.t["axis_contacted"], ylabel=names.t["axis_reached"], xlim=(0, 1), ylim=(0, 1.01))
        _legend_below(axis)
        return done()


def precision(frame: pd.DataFrame, metrics: dict[str, Any], f: Formats) -> bytes:
    """Precision and recall of lists of any length (columns model, share, recall, precision), one line a model; our
    lists marked. Lists of under 20 customers in all are left out: one of them more or less moves them too far.
    """
    names, test, ours = Labels.of(f), metrics["test"], metrics["models"][OURS]
    shown = frame[frame["share"] * test["snapshots"] >= MIN_LISTED]
    with _picture(height=4.3) as (axis, done):
        axis.axhline(test["base_rate"]["value"], color=SOFT, linewidth=1, linestyle="--", label=names.t["line_chance"])
        for model, rows, color, width in _models(shown):
            axis.plot(rows["recall"], rows["precision"], color=color, linewidth=width, label=names.t[f"model_{model}"])
        _mark_lists(axis, ours["recall"]["value"], ours["precision"]["value"], test["capacity"], names)
        _percent(axis.xaxis, f)
        _percent(axis.yaxis, f)
        axis.set(xlabel=names.t["axis_reached"], ylabel=names.t["axis_left"], xlim=(0, 1))
        axis.set_ylim(0, min(1.01, 1.08 * shown["precision"].max()))
        _legend_below(axis)
        return done()


def _legend_below(axis: Any) -> None:
    """Where no curve can lie."""
    axis.figure.legend(loc="outside lower center", ncols=3, fontsize=8.5)


def _mark_lists(axis: Any, x: float | None, y: float | None, places: int, names: Labels) -> None:
    """Where our lists of so many places lie; nothing where it is not known."""
    if x is None or y is None:
        return
    label = names.t["line_lists"].format(n=names.f.number(places))
    look = {"markersize": 8, "markerfacecolor": "white", "markeredgecolor": ACCENT, "markeredgewidth": 2}
    axis.plot([x], [y], marker="o", linestyle="none", zorder=5, label=label, **look)


def profit(frame: pd.DataFrame, rule: str, f: Formats) -> bytes:
    """What a list brings by the share contacted (columns model, share, profit), for ours and the simple ``rule``."""
    names = Labels.of(f)
    shown = [BY_VALUE, OURS, rule]
    colors = dict(zip(shown, (INK, ACCENT, RIVALS[0]), strict=True))
    with _picture() as (axis, done):
        axis.axhline(0, color=SOFT, linewidth=1, linestyle="--")
        for model in reversed(shown):
            rows = frame[frame["model"] == model]
            xs, ys = [0.0, *rows["share"]], [0.0, *rows["profit"]]
            width = 2.6 if model == BY_VALUE else 1.8
            axis.plot(xs, ys, color=colors[model], linewidth=width, label=names.t[f"model_{model}"])
        _percent(axis.xaxis, f)
        _even_steps(axis.yaxis)
        axis.yaxis.set_major_formatter(lambda value, _: f.money(value, _digits(axis.yaxis)))
        best, last = _where_it_pays(frame[frame["model"].isin(shown)])
        axis.set(xlabel=names.t["axis_contacted"], ylabel=names.t["axis_profit"], xlim=(0, last))
        axis.set_ylim(-best, 1.25 * best)
        axis.legend(loc="upper right")
        return done()


def dates_curve(frame: pd.DataFrame, f: Formats) -> bytes:
    """AUROC by the number of training dates (columns dates, auroc)."""
    names = Labels.of(f)
    with _picture() as (axis, done):
        axis.plot(frame["dates"], frame["auroc"], color=ACCENT, marker="o", markersize=6)
        axis.set_xscale("log", base=2)
        axis.set_xticks(frame["dates"], [f.number(count) for count in frame["dates"]])
        axis.minorticks_off()
        _numbers(axis.yaxis, f, 2)
        middle, half = frame["auroc"].mean(), max(0.03, 0.8 * float(np.ptp(frame["auroc"])))
        axis.set(
            xlabel=names.t["axis_training_dates"], ylabel=names.t["axis_auroc"], ylim=(middle - half, middle + half)
        )
        return done()


def _where_it_pays(frame: pd.DataFrame) -> tuple[float, float]:
    """The highest profit and a share of customers beyond which no list pays: what lies beyond would hide the rest."""
    paying = frame[frame["profit"] > 0]
    if paying.empty:
        return float(frame["profit"].abs().max()) or 1.0, 1.0
    return float(paying["profit"].max()), float(min(1.0, 1.3 * paying["share"].max()))


def by_date(frame: pd.DataFrame, f: Formats) -> bytes:
    """AUROC at every test date (columns as_of_date, model, auroc), one line a model, and the level of chance."""
    names = Labels.of(f)
    with _picture() as (axis, done):
        axis.axhline(0.5, color=SOFT, linewidth=1, linestyle="--", label=names.t["line_chance"])
        days = sorted(frame["as_of_date"].unique())
        for model, rows, color, width in _models(frame):
            at = [days.index(day) for day in rows["as_of_date"]]
            axis.plot(at, rows["auroc"], color=color, linewidth=width, marker="o", label=names.t[f"model_{model}"])
        axis.set_xticks(range(len(days)), [f.short_day(pd.Timestamp(day).date()) for day in days])
        _numbers(axis.yaxis, f, 2)
        axis.set(ylabel=names.t["axis_auroc"], xlim=(-0.3, len(days) - 0.7))
        axis.set_ylim(min(0.45, axis.get_ylim()[0]), max(0.7, axis.get_ylim()[1] + 0.02))
        axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=3)
        return done()


def base_rate(frame: pd.DataFrame, f: Formats) -> bytes:
    """Share that left by as-of date (columns as_of_date, base_rate); dates without label are left out."""
    names = Labels.of(f)
    known = frame.dropna(subset="base_rate")
    with _picture() as (axis, done):
        at = range(len(known))
        axis.plot(at, known["base_rate"], color=ACCENT, marker="o", markersize=5)
        days = [f.short_day(pd.Timestamp(day).date()) for day in known["as_of_date"]]
        _thin_ticks(axis, days)
        _percent(axis.yaxis, f)
        axis.set(ylabel=names.t["axis_observed"])
        axis.set_ylim(0, 1.15 * known["base_rate"].max() or 1)
        return done()


def importance(families: pd.Series, f: Formats) -> bytes:
    """Mean absolute contribution by family key (log-odds), strongest on top."""
    names = Labels.of(f)
    ordered = families.sort_values(kind="stable")
    with _picture(height=0.36 * len(ordered) + 1.1) as (axis, done):
        shown = [names.t.get(f"family_{family}", family) for family in ordered.index]
        bars = axis.barh(shown, ordered.to_numpy(), color=ACCENT, height=0.62)
        axis.bar_label(bars, [f.number(value, 2) for value in ordered], padding=4, color=SOFT)
        axis.grid(False)
        axis.spines[["bottom", "left"]].set_visible(False)
        axis.tick_params(left=False, bottom=False, labelbottom=False)
        axis.tick_params(axis="y", colors=INK)
        axis.set_xlabel(names.t["axis_contribution"])
        axis.margins(x=0.12, y=0.03)
        return done()


def monthly(frame: pd.DataFrame, axis_key: str, f: Formats, from_zero: bool = True) -> bytes:
    """One key figure by month (columns period, value), in the unit of its axis text."""
    names = Labels.of(f)
    with _picture(height=3.0) as (axis, done):
        at = range(len(frame))
        axis.plot(at, frame["value"], color=ACCENT, marker="o", markersize=4)
        _thin_ticks(axis, [f.month(period) for period in frame["period"]])
        _numbers(axis.yaxis, f, 0)
        axis.set_ylabel(names.t[axis_key])
        if from_zero:
            axis.set_ylim(0, 1.15 * frame["value"].max() or 1)
        return done()


def survival(retention: pd.DataFrame, f: Formats) -> bytes:
    """Share still there since each cohort's first month: the product of its monthly retention rates.

    ``retention``: columns group, period, value (%), n; months in which a cohort has under 30 customers are left out.
    """
    names = Labels.of(f)
    curves = survival_curves(retention)
    with _picture(height=3.4) as (axis, done):
        months = sorted(retention["period"].unique())
        shades = np.linspace(0.35, 1.0, max(len(curves), 1))
        ends = []
        for (cohort, curve), shade in zip(curves.items(), shades, strict=False):
            at = [months.index(period) for period in curve.index]
            axis.plot(at, curve, color=ACCENT, alpha=shade, linewidth=1.6)
            ends.append((at[-1], float(curve.iloc[-1]), cohort))
        heights = {cohort: height for _, height, cohort in apart(ends)}
        for x, y, cohort in ends:
            axis.annotate(
                cohort,
                (x, y),
                (LABEL_GAP, heights[cohort]),
                textcoords=("offset points", "data"),
                color=SOFT,
                fontsize=8,
                va="center",
                arrowprops={"arrowstyle": "-", "color": RIVALS[0], "linewidth": 0.6, "shrinkA": 0, "shrinkB": 0},
            )
        _thin_ticks(axis, [f.month(period) for period in months])
        _numbers(axis.yaxis, f, 0)
        axis.set_ylabel(names.t["axis_still"])
        axis.set_ylim(0, 103)
        axis.margins(x=0.08)
        return done()


def survival_curves(retention: pd.DataFrame) -> dict[str, pd.Series]:
    """Per cohort the share still there after each month, %, indexed by period; cohorts of one month are left out."""
    big = retention[retention["n"] >= MIN_COHORT]
    curves = {
        str(cohort): 100 * (rows.set_index("period")["value"].sort_index() / 100).cumprod()
        for cohort, rows in big.groupby("group")
    }
    return {cohort: curve for cohort, curve in curves.items() if len(curve) > 1}


def apart(labels: list[tuple[int, float, str]], least: float = 5.0, wide: int = 3) -> list[tuple[int, float, str]]:
    """Labels (x, y, text) by rising x, moved up or down no more than it takes for those that follow within ``wide`` to
    stand ``least`` apart; y stays within 0 to 100.
    """
    groups: list[list[tuple[int, float, str]]] = []
    for label in sorted(labels, key=lambda label: label[0]):
        if groups and label[0] - groups[-1][-1][0] <= wide:
            groups[-1].append(label)
        else:
            groups.append([label])
    return [label for group in groups for label in _spread(group, least)]


def _spread(labels: list[tuple[int, float, str]], least: float) -> list[tuple[int, float, str]]:
    """Labels from below, at the heights ``least`` apart that are nearest to theirs (least squares)."""
    from scipy.optimize import isotonic_regression

    ordered, steps = sorted(labels, key=lambda label: label[1]), least * np.arange(len(labels))
    nearest = isotonic_regression(np.array([y for _, y, _ in ordered]) - steps).x + steps
    inside = np.clip(nearest, steps, 100 - steps[::-1])
    return [(x, float(y), text) for (x, _, text), y in zip(ordered, inside, strict=True)]


@contextmanager
def _picture(width: float = 5.6, height: float = 3.7) -> Iterator[tuple[Any, Callable[[], bytes]]]:
    """An empty picture and the function that turns it into PNG bytes."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    with mpl.rc_context(STYLE):
        figure, axis = plt.subplots(figsize=(width, height), layout="constrained")

        def done() -> bytes:
            out = io.BytesIO()
            figure.savefig(out, format="png", dpi=130, metadata=PNG)
            return out.getvalue()

        try:
            yield axis, done
        finally:
            plt.close(figure)


def _models(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame, str, float]]:
    """Rivals first and thinner, ours on top."""
    names = [name for name in frame["model"].unique() if name != OURS]
    for name, color in zip(names, RIVALS, strict=False):
        yield name, frame[frame["model"] == name], color, 1.5
    yield OURS, frame[frame["model"] == OURS], ACCENT, 2.6


def _thin_ticks(axis: Any, labels: list[str], most: int = 6) -> None:
    step = max(1, -(-len(labels) // most))
    at = list(range(len(labels) - 1, -1, -step))[::-1]
    axis.set_xticks(at, [labels[k] for k in at], fontsize=8)


def _percent(axis: Any, f: Formats) -> None:
    _even_steps(axis)
    axis.set_major_formatter(lambda value, _: f.percent(value, _digits(axis, 100)))


def _numbers(axis: Any, f: Formats, digits: int) -> None:
    _even_steps(axis)
    axis.set_major_formatter(lambda value, _: f.number(value, max(digits, _digits(axis))))


def _even_steps(axis: Any) -> None:
    """Ticks 1, 2, 5, 10, … of a unit apart, so that few digits say where they stand."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 5, 10]))


def _digits(axis: Any, factor: float = 1.0) -> int:
    """How many digits behind the point the steps between the ticks need, the ticks taken times ``factor``."""
    step = factor * np.diff(axis.get_majorticklocs()).min()
    return max(0, -int(np.floor(np.log10(step) + 1e-9)))
