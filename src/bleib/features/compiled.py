"""Loops that are compiled: by numba, once, and from then on read from its cache on disk.

``loop`` and ``inlined`` are for functions that other compiled ones call: their code goes into that of the callers, so
nothing of theirs needs to be kept. ``entry`` is for those that Python calls.

Where all it does is read machine code, numba readies everything that it could compile with as well: a quarter of a
second of imports, SciPy's linear algebra among them, which is longer than the features of a small company take. An
entry leaves that out until something has to be compiled (the compiler asks for it by itself).

The cache notices edits in the file of an entry, not in this one: after a change of the options here, delete *.nbi.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit
from numba.core.caching import FunctionCache
from numba.core.runtime import rtsys

loop = njit(nogil=True, error_model="numpy")
# Called once a customer or more often: written into the caller, because a call that hands over arrays costs 40 ns, more
# than most of the work there.
inlined = njit(nogil=True, error_model="numpy", inline="always")


class CodeOnDisk(FunctionCache):
    """numba's cache of one function, which loads code without readying the compiler."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """As in numba, but for ``target_context.refresh()``, of which loaded code needs the memory management only."""
        rtsys.initialize(target_context)
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)


def entry(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls, and keep its code on disk."""
    dispatcher = loop(function)
    dispatcher._cache = CodeOnDisk(function)
    return dispatcher
