"""The true import closure of a module, read from the source: also imports inside functions."""

from __future__ import annotations

import ast
from pathlib import Path

SRC = Path(__file__).resolve().parent.parent / "src"


def closure(module: str) -> set[Path]:
    """Files of bleib (relative to the repository) that run when ``module`` runs, its packages' __init__ included."""
    found: set[Path] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        for path in _files(name):
            if path not in found:
                found.add(path)
                waiting += _imports(path)
    return {path.relative_to(SRC.parent) for path in found}


def _files(name: str) -> list[Path]:
    parts = name.split(".")
    packages = [SRC.joinpath(*parts[:k], "__init__.py") for k in range(1, len(parts) + 1)]
    return [path for path in [*packages, SRC.joinpath(*parts).with_suffix(".py")] if path.is_file()]


def _imports(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return [name for name in names if name.split(".")[0] == "bleib"]
