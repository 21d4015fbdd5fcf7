"""Two pictures of what moves the score: importance by family and feature, and the beeswarm of the features."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bleib.reasons.contributions import Contributions
from bleib.settings import Language

ACCENT = "#1f6f8b"
GREY = "#5b6770"
LOW_TO_HIGH = ["#c3cdd2", "#7fb0c0", ACCENT, "#0b3340"]
TOP = 20
LINE = 48  # characters of a feature's words in one line
SLACK = 6  # further than its share of the characters a line may reach for the sake of a whole word
BEESWARM: dict[Language, dict[str, str]] = {
    "en": {
        "title": "Each dot a customer: right raises the risk, left lowers it",
        "axis": "contribution to the score (log-odds)",
        "bar": "value of the feature",
        "low": "low",
        "high": "high",
        "point": ".",
    },
    "de": {
        "title": "Jeder Punkt ein Kunde: rechts erhöht das Risiko, links senkt es",
        "axis": "Beitrag zum Wert (Log-Odds)",
        "bar": "Wert des Merkmals",
        "low": "niedrig",
        "high": "hoch",
        "point": ",",
    },
}
PNG = {"Software": None}  # no program version in the file: the same bytes for the same picture


def draw(
    contributions: Contributions, X: np.ndarray, folder: Path, words: Mapping[str, str], language: Language
) -> None:
    """Write importance.png and beeswarm.png into ``folder`` (made here); ``X`` (n, f) colours the beeswarm.

    Only peers are drawn: they stand for the cohort. The beeswarm, which the report shows, is in ``language``, with the
    ``words`` for the features by name; importance.png has their names, as importance.csv.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(
        {"font.family": "DejaVu Sans", "font.size": 10, "axes.titlesize": 12, "axes.titleweight": "bold"}
    ):
        _draw_importance(contributions, folder / "importance.png")
        _draw_beeswarm(contributions, X, folder / "beeswarm.png", words, language)


def _draw_importance(contributions: Contributions, path: Path) -> None:
    import matplotlib.pyplot as plt

    families = _mean_sizes(contributions.family[contributions.peer], contributions.families)
    features = _mean_sizes(contributions.features[contributions.peer], contributions.feature_names)
    shown = features.nlargest(TOP)
    rows = len(families) + len(shown)
    figure, axes = plt.subplots(
        2, 1, figsize=(9, 0.3 * rows + 2.2), layout="constrained", height_ratios=[len(families) + 1, len(shown) + 1]
    )
    _bars(axes[0], families, "What moves the score, by family")
    _bars(axes[1], shown, f"The {len(shown)} features that move it most")
    axes[1].set_xlabel("mean absolute contribution (log-odds)", color=GREY)
    figure.savefig(path, dpi=120, metadata=PNG)
    plt.close(figure)


def _mean_sizes(values: np.ndarray, names: Sequence[str]) -> pd.Series:
    """Mean absolute contributions; without what moves nothing (a simple model looks at few features)."""
    sizes = pd.Series(np.abs(values).mean(axis=0), index=list(names))
    return sizes[sizes > 0]


def _bars(axis, values: pd.Series, title: str) -> None:  # type: ignore[no-untyped-def]
    ordered = values.sort_values(kind="stable")
    bars = axis.barh(ordered.index, ordered.to_numpy(), color=ACCENT, height=0.66)
    axis.bar_label(bars, fmt="%.2f", padding=4, color=GREY, fontsize=9)
    axis.set_title(title, loc="left")
    axis.spines[["top", "right", "bottom"]].set_visible(False)
    axis.tick_params(left=False, bottom=False, labelbottom=False)
    axis.margins(x=0.1, y=0.02)


def _draw_beeswarm(
    contributions: Contributions, X: np.ndarray, path: Path, words: Mapping[str, str], language: Language
) -> None:
    import matplotlib.pyplot as plt
    from matplotlib.colors import LinearSegmentedColormap

    rows, t = np.flatnonzero(contributions.peer), BEESWARM[language]
    shap = _shap()
    called = [words.get(name, name) for name in contributions.feature_names]
    names = [_in_lines(text).replace("$", r"\$") for text in called]  # between two of them matplotlib reads a formula
    explanation = shap.Explanation(values=contributions.features[rows], data=X[rows], feature_names=names)
    figure = plt.figure(figsize=(10.5, 9))
    shown = max(1, min(TOP, len(_mean_sizes(contributions.features[rows], contributions.feature_names))))
    # shap shuffles the points with NumPy's global generator: fix it, or the picture differs from run to run.
    state = np.random.get_state()  # noqa: NPY002
    np.random.seed(0)  # noqa: NPY002
    try:
        axis = shap.plots.beeswarm(
            explanation,
            max_display=shown,
            color=LinearSegmentedColormap.from_list("low to high", LOW_TO_HIGH),
            color_bar_label=t["bar"],
            show=False,
            plot_size=None,
            group_remaining_features=False,
        )
    finally:
        np.random.set_state(state)  # noqa: NPY002
    axis.tick_params(axis="both", labelsize=10)
    axis.tick_params(axis="y", labelsize=9)
    axis.set_title(t["title"], loc="left")
    axis.set_xlabel(t["axis"], color=GREY, fontsize=10)
    axis.xaxis.set_major_formatter(lambda value, _: f"{value:g}".replace("-", "−").replace(".", t["point"]))
    figure.axes[-1].set_yticklabels([t["low"], t["high"]])
    figure.savefig(path, dpi=120, bbox_inches="tight", metadata=PNG)
    plt.close(figure)


def _in_lines(text: str) -> str:
    """Long words in lines of about equal length, so that no word stands alone."""
    lines = -(-len(text) // LINE)
    width = LINE if lines <= 1 else min(LINE, -(-len(text) // lines) + SLACK)
    return "\n".join(textwrap.wrap(text, width, break_on_hyphens=False))


def _shap() -> Any:
    with warnings.catch_warnings():
        # Colour maps made at import time use a function that matplotlib will retire.
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        import shap
    return shap
