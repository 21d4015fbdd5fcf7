"""The generated pages of docs/: canonical tables and artifacts. ``make docs`` writes them, a test compares."""

from __future__ import annotations

from pathlib import Path

from bleib import artifacts
from bleib.files import write_text
from bleib.tables import CANONICAL, Column, Table

HEAD = "<!-- made by `make docs` from {}; do not edit -->\n\n"


def tables_page() -> str:
    """docs/tables.md."""
    text = HEAD.format("src/bleib/tables.py") + "# The canonical tables\n\n"
    text += (
        "Raw files and databases are mapped to these tables by `sources:` in params.yaml ([how](sources.md)). Only "
        "*interactions* is required. Identifiers are text, times are UTC.\n"
    )
    return text + "".join(_table(table) for table in CANONICAL.values())


def artifacts_page() -> str:
    """docs/artifacts.md."""
    text = (
        HEAD.format("src/bleib/artifacts.py")
        + "# What every stage writes\n\n| file | stage | one row or file is |\n|---|---|---|\n"
    )
    text += "".join(f"| `{a.path}` | {a.stage} | {a.grain} |\n" for a in artifacts.ALL)
    return text + "".join(_table(a.table, str(a.path)) for a in artifacts.ALL if a.table)


def write_pages(folder: Path = Path("docs")) -> None:
    """Write both pages."""
    write_text(folder / "tables.md", tables_page())
    write_text(folder / "artifacts.md", artifacts_page())


def _table(table: Table, title: str = "") -> str:
    text = f"\n## {title or table.name}\n\nGrain: {table.grain}. Key: {', '.join(table.key)}.\n\n"
    text += "| column | kind | needed | meaning |\n|---|---|---|---|\n"
    return text + "".join(_row(column) for column in table.columns)


def _row(column: Column) -> str:
    unit = f" ({column.unit})" if column.unit else ""
    return f"| {column.name} | {column.kind} | {'yes' if column.required else ''} | {column.meaning}{unit} |\n"


if __name__ == "__main__":
    write_pages()
