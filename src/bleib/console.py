"""What a person at the keyboard sees: progress in a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def say(text: str) -> None:
    """One line to standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def steps(items: Iterable[T], title: str, total: int) -> Iterator[T]:
    """Pass the items on; a progress bar in a terminal, about ten plain lines elsewhere."""
    if sys.stdout.isatty():
        from rich.progress import track

        yield from track(items, description=title, total=total)
        return
    every = max(1, total // 10)
    for done, item in enumerate(items, start=1):
        yield item
        if total > 1 and (done % every == 0 or done == total):
            say(f"{title}: {done} of {total}")
