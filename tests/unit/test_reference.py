"""The generated pages of docs/ are what the code says."""

from __future__ import annotations

from pathlib import Path

from bleib.commands import reference

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_pages_of_tables_and_artifacts_are_up_to_date() -> None:
    for name, text in (("tables.md", reference.tables_page()), ("artifacts.md", reference.artifacts_page())):
        assert (DOCS / name).read_text(encoding="utf-8") == text, f"docs/{name} is old; run `make docs`"
