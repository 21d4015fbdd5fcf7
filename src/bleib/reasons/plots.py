"""Two pictures of what moves the score: importance by family and feature, and the beeswarm of the features."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bleib.reasons.contributions import Contributions

ACCENT = "#1f6f8b"
GREY = "#5b6770"
LOW_TO_HIGH = ["#c3cdd2", "#7fb0c0", ACCENT, "#0b3340"]
TOP = 20
PNG = {"Software": None}  # no program version in the file: the same bytes for the same picture


def draw(contributions: Contributions, X: np.ndarray, folder: Path) -> None:
    """Write importance.png and beeswarm.png into ``folder`` (made here); ``X`` (n, f) colours the beeswarm.

    Only peers are drawn: they stand for the cohort.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(
        {"font.family": "DejaVu Sans", "font.size": 10, "axes.titlesize": 12, "axes.titleweight": "bold"}
    ):
        _draw_importance(contributions, folder / "importance.png")
        _draw_beeswarm(contributions, X, folder / "beeswarm.png")


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


def _draw_beeswarm(contributions: Contributions, X: np.ndarray, path: Path) -> None:
    import matplotlib.pyplot as plt
    from matplotlib.colors import LinearSegmentedColormap

    rows = np.flatnonzero(contributions.peer)
    shap = _shap()
    explanation = shap.Explanation(
        values=contributions.features[rows], data=X[rows], feature_names=list(contributions.feature_names)
    )
    figure = plt.figure(figsize=(9, 7))
    shown = max(1, min(TOP, len(_mean_sizes(contributions.features[rows], contributions.feature_names))))
    # shap shuffles the points with NumPy's global generator: fix it, or the picture differs from run to run.
    state = np.random.get_state()  # noqa: NPY002
    np.random.seed(0)  # noqa: NPY002
    try:
        axis = shap.plots.beeswarm(
            explanation,
            max_display=shown,
            color=LinearSegmentedColormap.from_list("low to high", LOW_TO_HIGH),
            color_bar_label="value of the feature",
            show=False,
            plot_size=None,
            group_remaining_features=False,
        )
    finally:
        np.random.set_state(state)  # noqa: NPY002
    axis.tick_params(axis="both", labelsize=10)
    axis.set_title("Each dot a customer: right raises the risk, left lowers it", loc="left")
    axis.set_xlabel("contribution to the score (log-odds)", color=GREY, fontsize=10)
    figure.savefig(path, dpi=120, bbox_inches="tight", metadata=PNG)
    plt.close(figure)


def _shap() -> Any:
    with warnings.catch_warnings():
        # Colour maps made at import time use a function that matplotlib will retire.
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        import shap
    return shap
