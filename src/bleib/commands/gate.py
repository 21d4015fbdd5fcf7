"""bleib gate: may the evaluated model be used?"""

from __future__ import annotations

from bleib.artifacts import METRICS
from bleib.console import say
from bleib.errors import BleibError
from bleib.files import read_json
from bleib.model.gate import headline


def print_verdict() -> bool:
    """Print the verdict of the last evaluation and its reasons; whether it passed."""
    if not METRICS.path.exists():
        raise BleibError(f"{METRICS.path} does not exist yet; `make run` or `bleib run evaluate` makes it")
    verdict = read_json(METRICS.path)["gate"]
    say(headline(verdict))
    for reason in verdict["reasons"]:
        say(f"  - {reason}")
    return bool(verdict["passed"])
