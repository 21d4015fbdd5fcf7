"""The stages of ``dvc.yaml``: each reads, calls one pure function, writes."""

from __future__ import annotations

import sys
from collections.abc import Callable

from bleib.errors import BleibError


def run(main: Callable[[], None]) -> None:
    """Run a stage; a fault with a known cause is printed without traceback and ends with exit code 1."""
    try:
        main()
    except BleibError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
