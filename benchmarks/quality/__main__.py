"""``python -m benchmarks.quality``: measure, then write the tables of docs/quality.md."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from benchmarks.quality import tabular
from benchmarks.quality.page import write_page
from benchmarks.quality.rivals import RIVALS
from benchmarks.quality.run import results_of, run_set, run_tabular
from benchmarks.quality.sets import ROOT, SETS

NAMES = [*(chosen.name for chosen in SETS), tabular.NAME]


def main(
    only: Annotated[str, typer.Option(help=f"Comma-separated: {', '.join(NAMES)}; none: all.")] = "",
    without: Annotated[str, typer.Option(help=f"Comma-separated rivals to leave out: {', '.join(RIVALS)}.")] = "",
    data: Annotated[
        Path | None,
        typer.Option(
            envvar="BLEIB_BENCH_DATA", help="Folder with online_retail_ii/, it_incidents/, insurance_savings/."
        ),
    ] = None,
    cache: Annotated[Path, typer.Option(help="Where raw files, features and results are kept.")] = ROOT
    / "benchmarks"
    / "work"
    / "quality",
    page: Annotated[Path, typer.Option(help="Page whose tables are written anew.")] = ROOT / "docs" / "quality.md",
) -> None:
    """Measure how good bleib is beside its rivals on fixed dates of public data."""
    wanted = [name for name in only.split(",") if name] or NAMES
    unknown = sorted(set(wanted) - set(NAMES))
    if unknown:
        raise typer.BadParameter(f"unknown: {', '.join(unknown)}; known: {', '.join(NAMES)}")
    for chosen in SETS:
        if chosen.name in wanted:
            run_set(chosen, cache, data, without.split(","))
    if tabular.NAME in wanted:
        run_tabular(cache)
    write_page(page, results_of(NAMES, cache))


if __name__ == "__main__":
    typer.run(main)
