"""``python -m benchmarks.quality.blocks``: try blocks of features on every set and say which of them are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from benchmarks.quality.blocks import declared, derived
from benchmarks.quality.blocks.candidates import tried
from benchmarks.quality.blocks.measure import TOGETHER, Measurement
from benchmarks.quality.blocks.page import table
from benchmarks.quality.blocks.sets import TRIED
from benchmarks.quality.prepare import prepare
from benchmarks.quality.raw import AbsentError
from benchmarks.quality.sets import ROOT, DataSet
from bleib.console import say
from bleib.files import read_json, write_json, write_text
from bleib.model.candidates import BOOSTERS

BLOCKS = {block.name: block for block in (*declared.BLOCKS, *derived.BLOCKS)}


def main(
    only: Annotated[str, typer.Option(help=f"Comma-separated sets: {', '.join(TRIED)}; none: all.")] = "",
    blocks: Annotated[
        str, typer.Option(help="Comma-separated blocks (a+b: both together); none: each by itself.")
    ] = "",
    data: Annotated[
        Path | None, typer.Option(envvar="BLEIB_BENCH_DATA", help="Folder with the raw sets, as in benchmarks.quality.")
    ] = None,
    cache: Annotated[Path, typer.Option(help="Where features and results are kept.")] = ROOT
    / "benchmarks"
    / "work"
    / "quality",
    learner: Annotated[str, typer.Option(help="boosters, linear or blend.")] = BOOSTERS,
    seeds: Annotated[str, typer.Option(help="Seeds of the boosters; their mean is judged.")] = "1,2,3,4,5,6,7,8",
) -> None:
    """Log loss with each block beside that without it, on forward folds of the training dates."""
    asked = _known(blocks, list(BLOCKS), "blocks")
    results = cache / "blocks" / f"{learner}_{seeds.replace(',', '_')}.json"
    for name in _known(only, list(TRIED), "sets"):
        _run(TRIED[name], asked, data, cache, learner, [int(seed) for seed in seeds.split(",")], results)
    text = table(read_json(results), list(BLOCKS.values()))
    write_text(results.with_suffix(".md"), text)
    say(text)


def _known(given: str, names: list[str], what: str) -> list[str]:
    """The names that were given, or all of them."""
    found = [name for name in given.split(",") if name] or names
    unknown = sorted({part for name in found for part in name.split(TOGETHER)} - set(names))
    if unknown:
        raise typer.BadParameter(f"unknown {what}: {', '.join(unknown)}; known: {', '.join(names)}")
    return found


def _run(
    chosen: DataSet, asked: list[str], data: Path | None, cache: Path, learner: str, seeds: list[int], results: Path
) -> None:
    try:
        company = prepare(chosen, cache, data)
    except AbsentError as reason:
        say(f"{chosen.name}: left out: {reason}")
        return
    parts = dict.fromkeys(part for name in asked for part in name.split(TOGETHER))
    found = tried(company, chosen, [BLOCKS[part] for part in parts])
    settings = company.settings
    measurement = Measurement(found, settings.churn, settings.train.model_copy(update={"seeds": seeds}), learner)
    days = sorted({str(fold.day) for fold in measurement.folds})
    say(f"{chosen.name}: {len(found.rows.churned):,} snapshots, {len(found.base)} features; folds {', '.join(days)}")
    kept = read_json(results) if results.exists() else {}
    for block, result in measurement.results(asked, kept.get(chosen.name, {})):
        kept.setdefault(chosen.name, {})[block] = result
        write_json(results, kept)


if __name__ == "__main__":
    typer.run(main)
