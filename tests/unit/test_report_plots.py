"""What stands on the axes is where it says."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from bleib.report import plots
from bleib.report.formats import Formats


@pytest.mark.parametrize("values", [[15.6, 18.2, 3.5, -0.6, 7.0], [0.31, 0.42, 0.36], [4.1, 4.9, 3.2]])
def test_every_tick_is_written_as_the_figure_that_it_stands_at(
    values: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Any] = []
    monkeypatch.setattr(plt, "close", drawn.append)
    months = pd.DataFrame({"period": [f"2025-{k + 1:02d}" for k in range(len(values))], "value": values})
    plots.monthly(months, "axis_nps", Formats("en", "EUR"), from_zero=False)
    monkeypatch.undo()
    (axis,) = drawn[0].axes
    written = [float(label.get_text().replace("−", "-")) for label in axis.get_yticklabels()]
    assert written == pytest.approx(axis.get_yticks().tolist(), abs=1e-9)
    plt.close(drawn[0])


def test_small_profits_are_written_with_the_digits_that_their_steps_need(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Any] = []
    monkeypatch.setattr(plt, "close", drawn.append)
    rows = [
        {"model": model, "share": share, "profit": profit}
        for model in ("bleib", "bleib_by_value", "recency")
        for share, profit in ((0.1, 0.3), (0.5, 1.1), (1.0, -0.4))
    ]
    plots.profit(pd.DataFrame(rows), "recency", Formats("en", "EUR"))
    monkeypatch.undo()
    (axis,) = drawn[0].axes
    written = [label.get_text() for label in axis.get_yticklabels()]
    assert written == [f"{profit}\u202f€" for profit in ("−1.5", "−1.0", "−0.5", "0.0", "0.5", "1.0", "1.5")]
    plt.close(drawn[0])
