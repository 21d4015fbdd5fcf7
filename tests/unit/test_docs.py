"""What the pages tell a person to set, type or open is there."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from pydantic import BaseModel

from bleib.cli import app
from bleib.settings import Settings
from bleib.tables import CANONICAL

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("[a-z]*/*.md"))]
OLD = {"CHANGELOG.md", "experiments.md"}  # they speak of what there was
CODE = re.compile(r"^    [^\n]*$|^```.*?^```|`[^`\n]+`", flags=re.M | re.S)  # lines in code blocks, code within a line

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def code_of(page: Path) -> str:
    return "\n".join(CODE.findall(page.read_text(encoding="utf-8")))


def typed(page: Path, command: str) -> list[typing.Any]:
    """What the groups of ``command`` match in the commands of a page; comments are not among them."""
    lines = (re.sub(r"\s#.*", "", line.strip("` ")) for line in code_of(page).splitlines())
    parts = (part.strip() for line in lines for part in re.split(r";|&&", line))
    return [found for part in parts for found in re.findall(f"^{command}", part)]


def names_of(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Every setting below a section, joined by dots."""
    for name, field in model.model_fields.items():
        yield prefix + name
        for inner in [field.annotation, *typing.get_args(field.annotation)]:
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from names_of(inner, f"{prefix}{name}.")


def test_pages_are_found() -> None:
    assert {"README.md", "CONTRIBUTING.md", "evaluation.md", "features.md"} <= {page.name for page in PAGES}


@pages
def test_settings_that_a_page_names_exist(page: Path) -> None:
    known = {*names_of(Settings), *(f"{table.name}.{name}" for table in CANONICAL.values() for name in table.names)}
    sections = "|".join(Settings.model_fields)
    named = re.findall(rf"(?<![\w./-])((?:{sections})(?:\.[a-z_]+)+)\b(?!\.)", code_of(page))
    files = {name for name in named if name.endswith((".csv", ".json", ".md", ".parquet", ".py", ".yaml"))}
    if page.name not in OLD:
        assert sorted(set(named) - files - known) == []


@pages
def test_subcommands_and_options_that_a_page_names_exist(page: Path) -> None:
    known = typer.main.get_command(app).commands
    for name, rest in typed(page, r"(?:\.venv/bin/)?bleib ([a-z-]+)(.*)"):
        assert name in known, f"bleib {name}"
        options = {option for parameter in known[name].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options, f"bleib {name}{rest}"


@pages
def test_targets_of_make_that_a_page_names_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    assert set(typed(page, r"make (?:[A-Z]+=\S+ )*([a-z-]+)")) <= targets


@pages
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for path, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)", page.read_text(encoding="utf-8")):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        if anchor:
            assert anchor in anchors(target), f"{path}#{anchor}"


def anchors(page: Path) -> set[str]:
    """The headings of a page as they stand in an address."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
