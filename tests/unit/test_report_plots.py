"""What stands on the axes is where it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import report_inputs
from bleib.report import plots
from bleib.report.formats import Formats

ENGLISH = Formats("en", "EUR")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The figures that are drawn, kept open to be looked at."""
    found: list[Any] = []
    close = plt.close
    monkeypatch.setattr(plt, "close", found.append)
    yield found
    for figure in found:
        close(figure)


@pytest.mark.parametrize("values", [[15.6, 18.2, 3.5, -0.6, 7.0], [0.31, 0.42, 0.36], [4.1, 4.9, 3.2]])
def test_every_tick_is_written_as_the_figure_that_it_stands_at(values: list[float], drawn: list[Any]) -> None:
    months = pd.DataFrame({"period": [f"2025-{k + 1:02d}" for k in range(len(values))], "value": values})
    plots.monthly(months, "axis_nps", ENGLISH, from_zero=False)
    (axis,) = drawn[0].axes
    written = [float(label.get_text().replace("−", "-")) for label in axis.get_yticklabels()]
    assert written == pytest.approx(axis.get_yticks().tolist(), abs=1e-9)


def test_small_profits_are_written_with_the_digits_that_their_steps_need(drawn: list[Any]) -> None:
    rows = [
        {"model": model, "share": share, "profit": profit}
        for model in ("bleib", "bleib_by_value", "recency")
        for share, profit in ((0.1, 0.3), (0.5, 1.1), (1.0, -0.4))
    ]
    plots.profit(pd.DataFrame(rows), "recency", ENGLISH)
    (axis,) = drawn[0].axes
    written = [label.get_text() for label in axis.get_yticklabels()]
    assert written == [f"{profit}\u202f€" for profit in ("−1.5", "−1.0", "−0.5", "0.0", "0.5", "1.0", "1.5")]


def test_labels_of_curves_that_end_together_stay_as_near_to_their_curves_as_they_can() -> None:
    moved = plots.apart([(9, 41.0, "b"), (8, 40.0, "a"), (1, 40.5, "c"), (9, 60.0, "d")])
    assert moved == [(1, 40.5, "c"), (8, 38.0, "a"), (9, 43.0, "b"), (9, 60.0, "d")]


def test_many_curves_that_end_together_push_no_label_to_one_side_only() -> None:
    """Pushed upwards, the label of the highest stood twenty above its curve."""
    ends = [(22, 36.0 + k, f"{2018 + k}") for k in range(6)]
    moved = plots.apart(ends)
    assert [text for _, _, text in moved] == ["2018", "2019", "2020", "2021", "2022", "2023"]
    assert [height for _, height, _ in moved] == [26.0, 31.0, 36.0, 41.0, 46.0, 51.0]


def test_labels_stay_inside_the_picture() -> None:
    assert [y for _, y, _ in plots.apart([(3, 1.0, "a"), (3, 1.0, "b"), (3, 2.0, "c")])] == [0.0, 5.0, 10.0]
    assert [y for _, y, _ in plots.apart([(3, 99.0, "a"), (3, 99.0, "b"), (3, 98.0, "c")])] == [90.0, 95.0, 100.0]


def of_lists(base: float = 0.12) -> dict[str, Any]:
    metrics = report_inputs.metrics()
    metrics["test"]["base_rate"]["value"] = base
    return metrics


def test_what_the_lists_held_is_marked_on_the_curves(drawn: list[Any]) -> None:
    """Three lists of 100 of 3,000 snapshots; 41.4 % on them left, 30 % of those who left were on them."""
    frame = report_inputs.evidence().gain
    plots.precision(frame, of_lists(), ENGLISH)
    plots.gain(frame, of_lists(), ENGLISH)
    for figure, wanted in zip(drawn, ([0.3, 0.414], [0.1, 0.3]), strict=True):
        marks = [line for line in figure.axes[0].lines if line.get_label() == "bleib, lists of 100"]
        assert [[line.get_xdata()[0], line.get_ydata()[0]] for line in marks] == [pytest.approx(wanted)]


def test_a_list_that_is_not_known_is_not_marked(drawn: list[Any]) -> None:
    metrics = of_lists()
    metrics["models"]["bleib"]["precision"]["value"] = None
    plots.precision(report_inputs.evidence().gain, metrics, ENGLISH)
    assert not [line for line in drawn[0].axes[0].lines if "lists of" in str(line.get_label())]


def test_points_of_under_twenty_customers_say_nothing_and_are_not_drawn(drawn: list[Any]) -> None:
    frame = pd.DataFrame({"model": "bleib", "share": [0.005, 0.01, 0.5], "recall": [0.1, 0.2, 1.0], "precision": 0.5})
    for snapshots, first in ((1999, 1.0), (2000, 0.2), (4000, 0.1)):
        metrics = of_lists()
        metrics["test"]["snapshots"] = snapshots
        plots.precision(frame, metrics, ENGLISH)
        (ours,) = (line for line in drawn[-1].axes[0].lines if line.get_label() == "bleib")
        assert ours.get_xdata()[0] == first


@pytest.mark.parametrize("base", [0.03, 0.54, 0.86])
def test_the_legend_covers_no_curve(base: float, drawn: list[Any]) -> None:
    shares = np.linspace(0.02, 1, 50)
    frames = [
        pd.DataFrame(
            {"model": m, "share": shares, "recall": shares, "precision": base + (1 - base) * 0.9 * (1 - shares)}
        )
        for m in ("bleib", "recency", "renewal", "rfm_logistic", "bg_nbd")
    ]
    for draw in (plots.precision, plots.gain):
        draw(pd.concat(frames), of_lists(base), ENGLISH)
    for figure in drawn:
        (legend,) = [*figure.legends, *(axis.get_legend() for axis in figure.axes if axis.get_legend())]
        assert not legend.get_window_extent().overlaps(figure.axes[0].get_window_extent())
