"""The feature dictionary: what every column means, as a table for people and for the later stages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from bleib.features.catalogue import catalogue
from bleib.features.declaration import Feature
from bleib.features.fields import FIELD
from bleib.features.inventory import everything
from bleib.features.streams import KINDS
from bleib.files import write_text
from bleib.settings import Features

MARK = "<!-- Below this line: python -m bleib.features.dictionary -->"
COLUMNS = (
    "name",
    "family",
    "meaning",
    "meaning_de",
    "unit",
    "direction",
    "source",
    "window_days",
    "reason_en",
    "reason_de",
    "for_model",
)


def dictionary(declarations: Sequence[Feature]) -> pd.DataFrame:
    """One row a feature, in the order of the columns; reasons are empty where a feature is not told to people."""
    return pd.DataFrame([_entry(feature) for feature in declarations], columns=list(COLUMNS))


def _entry(feature: Feature) -> dict[str, object]:
    return {
        "name": feature.name,
        "family": feature.family,
        "meaning": feature.meaning,
        "meaning_de": _in_german(feature),
        "unit": feature.unit,
        "direction": feature.direction,
        "source": _source(feature),
        "window_days": feature.window_days,
        "reason_en": feature.reason.en if feature.reason else "",
        "reason_de": feature.reason.de if feature.reason else "",
        "for_model": feature.for_model,
    }


def _in_german(feature: Feature) -> str:
    """What it is, in German: its own words, else what is told of it, a gap for the figure; a company's own as written.

    "Seit … Tagen keine Bestellung" of "seit {value} Tagen keine Bestellung (üblich hier: {typical})".
    """
    if feature.meaning_de or feature.reason is None:
        return feature.meaning_de or feature.meaning
    own = re.sub(r" \([^()]*\{typical[^()]*\)", "", feature.reason.de)
    told = FIELD.sub(lambda field: (field[2] or "#").split("|")[-1].replace("#", "…"), own)
    return re.sub(r"\b(nur|erst) ", "", told)


def _source(feature: Feature) -> str:
    """How the feature is computed: aggregate, value and events, or the features it combines."""
    if feature.events is None:
        return f"{feature.combine}({', '.join(name for name in (feature.of, feature.than) if name)})"
    parts = ["+".join(feature.events.kinds), feature.value, *feature.events.channels, *feature.events.topics]
    nth = f", {feature.nth}" if feature.nth > 1 else ""
    return f"{feature.aggregate}({' '.join(part for part in parts if part)}{nth})"


def markdown(declarations: Sequence[Feature]) -> str:
    """The dictionary as a Markdown table (name, meaning, unit, direction, source, English reason)."""
    lines = ["| feature | meaning | unit | raises the risk | made from | told as |", "|---|---|---|---|---|---|"]
    for row in dictionary(declarations).to_dict("records"):
        told = row["reason_en"].replace("|", "\\|") or "–"  # a bare one would end the cell
        lines.append(
            f"| `{row['name']}` | {row['meaning']} | {row['unit']} | {row['direction']} | `{row['source']}` | {told} |"
        )
    return "\n".join(lines) + "\n"


def page(text: str, declarations: Sequence[Feature], kinds: Mapping[str, tuple[str, str]]) -> str:
    """``text`` with everything behind the line ``MARK`` replaced by the tables of kinds and of features."""
    head = text.partition(MARK)[0]
    rows = "".join(f"| `{kind}` | {table} | {what} |\n" for kind, (table, what) in kinds.items())
    events = f"## Kinds of events\n\n| kind | table | what it is |\n|---|---|---|\n{rows}"
    parts = [f"### {family}\n\n{markdown(entries)}" for family, entries in _by_family(declarations).items()]
    return f"{head}{MARK}\n\n{events}\n## Features\n\n" + "\n".join(parts)


def _by_family(declarations: Sequence[Feature]) -> dict[str, list[Feature]]:
    return {
        name: [f for f in declarations if f.family == name] for name in dict.fromkeys(f.family for f in declarations)
    }


def write_page(path: Path) -> None:
    """Bring the tables of ``docs/features.md`` up to date: what a company with data for everything gets."""
    write_text(path, page(path.read_text(encoding="utf-8"), catalogue(everything(), Features()), KINDS))


if __name__ == "__main__":
    write_page(Path("docs/features.md"))
