"""What the notebooks share: the way to the project, artifacts and their absence, one look of the pictures."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bleib.artifacts import AS_OF, TABLES, Artifact
from bleib.buckets import read_tables
from bleib.console import say
from bleib.errors import BleibError
from bleib.files import read_json, read_parquet
from bleib.report.plots import ACCENT, GRID, SOFT, STYLE
from bleib.settings import PARAMS_FILE, Settings, load_settings
from bleib.tables import DTYPES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CHURNED = "#c8553d"
STAYED = "#9fb4bd"
GREY, PALE = SOFT, GRID
COLOURS = (ACCENT, CHURNED, "#e0a030", "#6a8d4f", "#7a5c8e", GREY)
LOOK: dict[Any, Any] = STYLE | {
    "axes.grid": False,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "figure.constrained_layout.use": True,
    "figure.dpi": 110,
}


def project(*needed: Artifact) -> Settings:
    """Go to the project folder (that of params.yaml, here or above), take on the look, return the settings.

    BleibError where there is no project, or where a file that the notebook needs has not been made yet.
    """
    import matplotlib.pyplot as plt
    from cycler import cycler

    os.chdir(project_folder(Path.cwd()))
    plt.style.use(LOOK | {"axes.prop_cycle": cycler(color=COLOURS)})
    require(*needed)
    settings = load_settings()
    say(f"{settings.company.name}, project folder {Path.cwd().name}")
    return settings


def project_folder(start: Path) -> Path:
    """The nearest folder at or above ``start`` that holds params.yaml; BleibError where none does."""
    for folder in (start, *start.parents):
        if (folder / PARAMS_FILE).exists():
            return folder
    raise BleibError(f"no {PARAMS_FILE} in {start} or above it; start the notebook inside the project folder")


def require(*needed: Artifact) -> None:
    """BleibError that names every artifact that is missing and how to make it."""
    missing = [artifact for artifact in needed if not artifact.path.exists()]
    if missing:
        stages = dict.fromkeys(artifact.stage for artifact in missing)
        raise BleibError(
            f"not made yet: {', '.join(str(artifact.path) for artifact in missing)}. "
            f"Run `make run` in {Path.cwd()} first (or `bleib run {' '.join(stages)}`), then run this notebook again."
        )


def load(artifact: Artifact) -> Any:
    """An artifact as a frame (Parquet, CSV) or as plain values (JSON); BleibError where it has not been made."""
    require(artifact)
    if artifact.path.suffix == ".json":
        return read_json(artifact.path)
    return read_parquet(artifact.path) if artifact.path.suffix == ".parquet" else _read_csv(artifact)


def load_tables(*names: str) -> dict[str, pd.DataFrame]:
    """The canonical tables that have rows, by name; only ``names`` where given. BleibError before ingest has run."""
    require(TABLES)
    return read_tables(TABLES.path, list(names) or None)


def _read_csv(artifact: Artifact) -> pd.DataFrame:
    columns = artifact.table.columns if artifact.table else (AS_OF,)
    texts = {c.name: DTYPES[c.kind] for c in columns if c.kind in ("id", "text")}
    frame = pd.read_csv(artifact.path, dtype=texts, keep_default_na=False, na_values=[""])  # NA may be a name
    dates = [c.name for c in columns if c.kind == "date" and c.name in frame]
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in dates})


def panels(count: int, across: int = 3, size: tuple[float, float] = (3.6, 2.6), **options: Any) -> list[Axes]:
    """``count`` small axes in rows of ``across``; ``size`` of one in inches, ``options`` as of plt.subplots."""
    import matplotlib.pyplot as plt

    across = min(across, count)
    down = -(-count // across)
    width = max(size[0] * across, 6.0)  # no narrower than a title
    _, grid = plt.subplots(down, across, figsize=(width, size[1] * down), squeeze=False, **options)
    for place in range(count, grid.size):
        grid.flat[place].set_visible(False)
        if options.get("sharex"):  # or the labels would vanish with the place below
            grid.flat[place - across].tick_params(labelbottom=True)
    return list(grid.flat[:count])


def headline(axes: Axes, text: str, note: str = "") -> None:
    """The title of a whole figure: a finding or a question in bold, and below it in grey what is shown."""
    figure = axes.figure
    figure.suptitle(text, x=0.01, ha="left", fontsize=12, fontweight="bold")
    if note:
        figure.supxlabel(note, x=0.01, ha="left", fontsize=9, color=GREY)


def wrapped(text: str, width: int = 36) -> str:
    """A long title in lines of ``width`` characters."""
    return textwrap.fill(text, width)


def date_axis(axes: Axes) -> None:
    """A horizontal axis of a few short dates."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=7)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))


def bars(values: pd.Series, title: str, axes: Axes | None = None, form: str = "{:,.0f}", colour: Any = ACCENT) -> Axes:
    """Lying bars with their figures, first value on top; ``values`` are indexed by what each bar is called."""
    import matplotlib.pyplot as plt

    if axes is None:
        _, axes = plt.subplots(figsize=(8, 0.34 * len(values) + 0.9))
    drawn = axes.barh(values.index.astype(str), values.to_numpy(), color=colour, height=0.7)
    axes.bar_label(drawn, labels=[form.format(value) for value in values], padding=4, color=GREY, fontsize=9)
    axes.invert_yaxis()
    axes.set_title(title)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(left=False, bottom=False, labelbottom=False)
    axes.margins(x=0.12, y=0.02)
    return axes


def heat(
    frame: pd.DataFrame, title: str, axes: Axes | None = None, form: str = "{:.0%}", colours: str = "Blues"
) -> Axes:
    """A table as coloured cells with their figures (none where ``form`` is empty); NaN stays white."""
    import matplotlib.pyplot as plt

    if axes is None:
        _, axes = plt.subplots(figsize=(0.75 * frame.shape[1] + 2.5, 0.36 * frame.shape[0] + 1.3))
    values = frame.to_numpy(dtype=float)
    axes.imshow(values, cmap=colours, aspect="auto")
    axes.set_xticks(range(frame.shape[1]), [str(name) for name in frame.columns])
    axes.set_yticks(range(frame.shape[0]), [str(name) for name in frame.index])
    axes.set_title(title)
    axes.spines[:].set_visible(False)
    axes.tick_params(left=False, bottom=False)
    if form:
        _write_cells(axes, values, form)
    return axes


def _write_cells(axes: Axes, values: np.ndarray, form: str) -> None:
    middle = (np.nanmin(values) + np.nanmax(values)) / 2 if np.isfinite(values).any() else 0.0
    for (row, column), value in np.ndenumerate(values):
        text = form.format(value) if np.isfinite(value) else "–"
        colour = "white" if value > middle else "black"
        axes.text(column, row, text, ha="center", va="center", fontsize=9, color=colour)


def intervals(
    frame: pd.DataFrame, label: str, title: str, axes: Axes | None = None, colours: dict[str, str] | None = None
) -> Axes:
    """Points with their 95 % intervals, one a row of ``frame``: columns value, low, high; ``label`` its name."""
    import matplotlib.pyplot as plt

    if axes is None:
        _, axes = plt.subplots(figsize=(8, 0.4 * len(frame) + 1.2))
    names = frame[label].astype(str).tolist()
    for place, (value, low, high) in enumerate(frame[["value", "low", "high"]].to_numpy(dtype=float)):
        colour = (colours or {}).get(names[place], GREY)
        axes.plot([low, high], [place, place], color=colour, linewidth=2.5, alpha=0.6, solid_capstyle="round")
        axes.plot(value, place, "o", color=colour, markersize=7)
        axes.annotate(f"{value:.3f}", (value, place), (0, 7), textcoords="offset points", ha="center", fontsize=8)
    axes.set_yticks(range(len(frame)), names)
    axes.set_ylim(len(frame) - 0.4, -0.7)
    axes.set_title(title)
    axes.grid(axis="x", color=PALE)
    axes.tick_params(left=False)
    return axes
