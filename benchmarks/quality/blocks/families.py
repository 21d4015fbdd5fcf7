"""``python -m benchmarks.quality.blocks.families``: what each family of features brings, by leaving it out.

The forward folds, the rule and the sets are those of the blocks; no test date is among them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from benchmarks.quality.blocks.candidates import MOST, tried
from benchmarks.quality.blocks.measure import TOGETHER
from benchmarks.quality.blocks.page import MISSING, cell
from benchmarks.quality.blocks.proof import Scored, folds_of, gain_at_best, score
from benchmarks.quality.blocks.sets import TRIED
from benchmarks.quality.prepare import prepare
from benchmarks.quality.sets import ROOT
from bleib.console import say
from bleib.model.candidates import BOOSTERS
from bleib.model.scoring import families_of


def main(
    only: Annotated[str, typer.Option(help=f"Comma-separated sets: {', '.join(TRIED)}.")] = ",".join(TRIED),
    data: Annotated[
        Path | None, typer.Option(envvar="BLEIB_BENCH_DATA", help="Folder with the raw sets, as in benchmarks.quality.")
    ] = None,
    cache: Annotated[Path, typer.Option(help="Where features are kept.")] = ROOT / "benchmarks" / "work" / "quality",
    seeds: Annotated[str, typer.Option(help="Seeds of the boosters; their mean is judged.")] = "1,2",
    families: Annotated[str, typer.Option(help="Comma-separated families (a+b: both); none: each by itself.")] = "",
    most: Annotated[int, typer.Option(help="Rows to try them on.")] = MOST,
) -> None:
    """Log loss with all features beside that without each family; a table in Markdown."""
    asked, drawn = [name for name in families.split(",") if name], [int(seed) for seed in seeds.split(",")]
    columns = {name: _of_set(name, data, cache, drawn, asked, most) for name in only.split(",")}
    lines = [f"| family | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for each in sorted({each for found in columns.values() for each in found}):
        cells = " | ".join(found.get(each, MISSING) for found in columns.values())
        lines.append(f"| {each} | {cells} |")
    say("\n".join(lines))


def _of_set(name: str, data: Path | None, cache: Path, seeds: list[int], asked: list[str], most: int) -> dict[str, str]:
    """By family all features beside all but its own: above 0 where it helps."""
    company = prepare(TRIED[name], cache, data)
    settings, found = company.settings, tried(company, TRIED[name], [], most)
    family = families_of(found.base, {})
    train = settings.train.model_copy(update={"seeds": seeds})
    folds = folds_of(found.rows, settings.churn, train)

    def scored(names: list[str]) -> Scored:
        return score(found.rows, names, folds, train, settings.churn, BOOSTERS)

    everything, cells = scored(found.base), {}
    for each in asked or sorted(set(family.values())):
        left = [feature for feature in found.base if family[feature] not in each.split(TOGETHER)]
        brought = gain_at_best(scored(left), everything)
        cells[each] = cell(brought, brought.verdict)
        say(f"{name}, {each}: {cells[each]}")
    return cells


if __name__ == "__main__":
    typer.run(main)
