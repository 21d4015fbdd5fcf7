"""``python -m benchmarks.quality.families``: what each family of features brings, by leaving it out.

The forward folds, the rule and the sets are those of ``benchmarks.quality.blocks``; no test date is among them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from benchmarks.quality.blocks.__main__ import TRIED
from benchmarks.quality.blocks.candidates import tried
from benchmarks.quality.blocks.proof import Scored, folds_of, score
from benchmarks.quality.prepare import prepare
from benchmarks.quality.sets import ROOT
from bleib.console import say
from bleib.model.candidates import BOOSTERS
from bleib.model.scoring import family
from bleib.model.selection import Comparison, at_their_best, compare


def main(
    only: Annotated[str, typer.Option(help=f"Comma-separated sets: {', '.join(TRIED)}.")] = ",".join(TRIED),
    data: Annotated[
        Path | None, typer.Option(envvar="BLEIB_BENCH_DATA", help="Folder with the raw sets, as in benchmarks.quality.")
    ] = None,
    cache: Annotated[Path, typer.Option(help="Where features are kept.")] = ROOT / "benchmarks" / "work" / "quality",
    seeds: Annotated[str, typer.Option(help="Seeds of the boosters; their mean is judged.")] = "1,2",
) -> None:
    """Log loss with all features beside that without each family; a table in Markdown."""
    lines = {name: _of_set(name, data, cache, [int(seed) for seed in seeds.split(",")]) for name in only.split(",")}
    families = sorted({each for found in lines.values() for each in found})
    head = ["family left out", *lines]
    rows = [[f"`{each}`", *(_cell(found.get(each)) for found in lines.values())] for each in families]
    say("\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)))


def _of_set(name: str, data: Path | None, cache: Path, seeds: list[int]) -> dict[str, Comparison]:
    """By family all features beside all but its own: above 0 where it helps."""
    company = prepare(TRIED[name], cache, data)
    found, settings = tried(company, TRIED[name], []), company.settings
    train, folds = (
        settings.train.model_copy(update={"seeds": seeds}),
        folds_of(found.rows, settings.churn, settings.train),
    )

    def scored(names: list[str]) -> Scored:
        return score(found.rows, names, folds, train, settings.churn, BOOSTERS)

    everything = scored(found.base)
    said = {}
    for each in sorted({family(feature) for feature in found.base}):
        rest = [feature for feature in found.base if family(feature) != each]
        said[each] = _gain(scored(rest), everything)
        say(f"{name} {each} ({len(found.base) - len(rest)} features): {_cell(said[each])}")
    return said


def _gain(incumbent: Scored, challenger: Scored) -> Comparison:
    part = challenger.rows
    best = [at_their_best(part.churned, one.raw, part.dates, part.weights) for one in (incumbent, challenger)]
    return compare(part.churned, *best, part.key["customer_id"], part.dates, part.weights)


def _cell(found: Comparison | None) -> str:
    """Thousandths of log loss ± one standard error, AUROC in thousandths; bold or slanted as the rule says."""
    if found is None:
        return "–"
    mark = {"better": "**", "worse": "_", "tie": ""}[found.verdict]
    shown = f"{mark}{1000 * found.gain:+.1f} ± {1000 * found.standard_error:.1f}{mark}"
    return f"{shown} ({1000 * found.auroc_gain:+.1f})"


if __name__ == "__main__":
    typer.run(main)
