"""The stages of ``dvc.yaml``: each reads, calls one pure function, writes."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable
from typing import get_args

from bleib.errors import BleibError
from bleib.settings import EngineName

ORDER = (  # as in dvc.yaml, which is not there outside of a checkout
    "ingest",
    "label",
    "featurize",
    "split",
    "search",
    "train",
    "evaluate",
    "refit",
    "register",
    "score",
    "worth",
    "explain",
    "rank",
    "report",
)


def run(main: Callable[[], None]) -> None:
    """Run a stage; a fault with a known cause is printed without traceback and ends with exit code 1."""
    try:
        main()
    except BleibError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    gc.freeze()  # nothing is garbage now: without this, Python looks at a million imported objects again before it ends


def run_on_engine(main: Callable[..., None], **flags: str) -> None:
    """Run a stage whose tasks may run elsewhere: ``--engine`` goes before the engine of params.yaml.

    ``flags``: further options that are set or not, with what they mean; ``main`` gets them by name.
    """
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--engine", choices=get_args(EngineName), help="where the tasks run (as in params.yaml)")
    for name, meaning in flags.items():
        parser.add_argument(f"--{name}", action="store_true", help=meaning)
    chosen = parser.parse_args()
    run(lambda: main(**vars(chosen)))
