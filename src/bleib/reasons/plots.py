"""Two pictures of the features that move the score: how much they do, and the beeswarm, customer by customer."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Iterable, Mapping
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
TEXTS: dict[Language, dict[str, str]] = {
    "en": {
        "importance": "The features that move the score most",
        "size": "mean absolute contribution (log-odds)",
        "title": "Each dot a customer: right raises the risk, left lowers it",
        "axis": "contribution to the score (log-odds)",
        "bar": "value of the feature",
        "low": "low",
        "high": "high",
        "point": ".",
    },
    "de": {
        "importance": "Die Merkmale, die den Wert am stärksten bewegen",
        "size": "mittlerer absoluter Beitrag (Log-Odds)",
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

    Only peers are drawn: they stand for the cohort. Both are in ``language``, with the ``words`` for the features by
    name; what has none is called by its name.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(
        {"font.family": "DejaVu Sans", "font.size": 10, "axes.titlesize": 12, "axes.titleweight": "bold"}
    ):
        _draw_importance(contributions, folder / "importance.png", words, language)
        _draw_beeswarm(contributions, X, folder / "beeswarm.png", words, language)


def _draw_importance(contributions: Contributions, path: Path, words: Mapping[str, str], language: Language) -> None:
    import matplotlib.pyplot as plt

    t = TEXTS[language]
    shown = _mean_sizes(contributions).nlargest(TOP)[::-1]
    figure, axis = plt.subplots(figsize=(9, 0.36 * len(shown) + 1.3), layout="constrained")
    bars = axis.barh(range(len(shown)), shown.to_numpy(), color=ACCENT, height=0.66)
    axis.bar_label(bars, [f"{size:.2f}".replace(".", t["point"]) for size in shown], padding=4, color=GREY, fontsize=9)
    axis.set_yticks(range(len(shown)), _called(shown.index, words), fontsize=9)
    axis.set_title(t["importance"], loc="left")
    axis.set_xlabel(t["size"], color=GREY)
    axis.spines[["top", "right", "bottom"]].set_visible(False)
    axis.tick_params(left=False, bottom=False, labelbottom=False)
    axis.margins(x=0.1, y=0.02)
    figure.savefig(path, dpi=120, metadata=PNG)
    plt.close(figure)


def _mean_sizes(contributions: Contributions) -> pd.Series:
    """Mean absolute contributions; without what moves nothing (a simple model looks at few features)."""
    values = np.abs(contributions.features[contributions.peer]).mean(axis=0)
    sizes = pd.Series(values, index=list(contributions.feature_names))
    return sizes[sizes > 0]


def _called(names: Iterable[str], words: Mapping[str, str]) -> list[str]:
    """The words for the features, in lines; between two dollars matplotlib would read a formula."""
    return [_in_lines(words.get(name, name)).replace("$", r"\$") for name in names]


def _draw_beeswarm(
    contributions: Contributions, X: np.ndarray, path: Path, words: Mapping[str, str], language: Language
) -> None:
    import matplotlib.pyplot as plt
    from matplotlib.colors import LinearSegmentedColormap

    rows, t = np.flatnonzero(contributions.peer), TEXTS[language]
    shap = _shap()
    names = _called(contributions.feature_names, words)
    explanation = shap.Explanation(values=contributions.features[rows], data=X[rows], feature_names=names)
    figure = plt.figure(figsize=(10.5, 9))
    shown = max(1, min(TOP, len(_mean_sizes(contributions))))
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
