"""The command `bleib`. Every subcommand is a thin door; heavy imports happen behind it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bleib.console import say
from bleib.errors import BleibError

app = typer.Typer(
    name="bleib",
    help="Who is about to leave, why, and what to do about it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@contextmanager
def faults_as_text() -> Iterator[None]:
    """Print a fault with a known cause without traceback and leave with exit code 1."""
    try:
        yield
    except BleibError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(1) from error


@app.command()
def run(
    targets: Annotated[list[str] | None, typer.Argument(help="Stages of dvc.yaml; none: the whole way.")] = None,
) -> None:
    """Run the whole way (dvc repro) and show the list. Fills an empty data/raw with the demo company first."""
    from bleib.commands.way import run_the_way

    with faults_as_text():
        code = run_the_way(targets or [])
    raise typer.Exit(code)


@app.command()
def week() -> None:
    """Score a new week with the model that there is: read what is new, make list and report; nothing is trained."""
    from bleib.commands.way import score_new_week

    with faults_as_text():
        code = score_new_week()
    raise typer.Exit(code)


@app.command()
def show(rows: Annotated[int, typer.Option(help="Rows of the list to print.")] = 5) -> None:
    """Print where the results are, and the top of the list with its reasons."""
    from bleib.commands.way import show_results

    with faults_as_text():
        show_results(rows)


@app.command()
def simulate(
    folder: Annotated[Path, typer.Option(help="Where the raw exports go; must be empty.")] = Path("data/raw"),
    truth: Annotated[Path, typer.Option(help="Where the truth goes; the pipeline never reads it.")] = Path(
        "data/demo_truth"
    ),
    customers: Annotated[int, typer.Option(min=50, help="Number of customers.")] = 6000,
    days: Annotated[int, typer.Option(min=200, help="Days of history.")] = 760,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
) -> None:
    """Make the demo company: raw exports as a real company would have them."""
    from bleib.demo import simulate as make

    with faults_as_text():
        make(folder, truth, customers=customers, days=days, seed=seed)
    say(f"demo company with {customers:,} customers written to {folder}; its truth to {truth}")


@app.command()
def inspect(files: Annotated[list[Path], typer.Argument(help="Raw files: CSV, Excel, JSON or Parquet.")]) -> None:
    """Look at raw files and print a proposed sources: section with its doubts."""
    from bleib.sources.inspection.proposal import propose, render

    with faults_as_text():
        say(render(propose(files)))


@app.command()
def define(
    active: Annotated[str, typer.Option(help="active_days to try, comma-separated (silence churn).")] = "60,90,180,365",
    horizon: Annotated[str, typer.Option(help="horizon_days to try.")] = "28,56,90,180",
    lead: Annotated[str, typer.Option(help="lead_days to try.")] = "0,7,14",
) -> None:
    """Compare churn definitions on your own data: base rate, who comes back, warning left. Run after ingest."""
    from bleib.commands.define import print_definitions

    with faults_as_text():
        print_definitions(_numbers("--active", active), _numbers("--horizon", horizon), _numbers("--lead", lead))


@app.command()
def gate() -> None:
    """Say whether the model may be used; exit code 1 when it does not beat the simple rule."""
    from bleib.commands.gate import print_verdict

    with faults_as_text():
        passed = print_verdict()
    raise typer.Exit(0 if passed else 1)


@app.command()
def compare(
    before: Annotated[str, typer.Argument(help="Git revision, branch, tag or DVC experiment; or workspace.")],
    after: Annotated[str, typer.Argument(help="The same; none: the files as they are now.")] = "workspace",
    metric: Annotated[str, typer.Option(help="auroc, average_precision or log_loss: what decides.")] = "auroc",
    on: Annotated[
        str, typer.Option(help="folds inside the training dates, or test: for the last word only.")
    ] = "folds",
) -> None:
    """Say whether one version of the model is better than another or whether it may be chance."""
    from bleib.commands.compare import metric_named, place_named, print_comparison

    with faults_as_text():
        print_comparison(before, after, metric_named(metric), place_named(on))


@app.command()
def example(
    name: Annotated[str, typer.Argument(help="completejourney, cdnow or cdnow_base.")],
    folder: Annotated[Path | None, typer.Option(help="Scratch folder; none: a new temporary one.")] = None,
) -> None:
    """Run the whole way on a public data set, in a scratch folder, and compare with known results."""
    from bleib.examples import run_example

    with faults_as_text():
        code = run_example(name, folder)
    raise typer.Exit(code)


def _numbers(option: str, text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError as error:
        raise BleibError(
            f"{option} {text!r}: expected whole numbers of days separated by commas, e.g. 28,56"
        ) from error
