"""Every text of the pages, the plots and the workbook, by language. ``{name}`` is filled in by the caller."""

from __future__ import annotations

from bleib.report.texts_de import DE
from bleib.report.texts_en import EN
from bleib.settings import Language

TEXTS: dict[Language, dict[str, str]] = {"en": EN, "de": DE}


def texts(language: Language) -> dict[str, str]:
    """All texts of one language by key."""
    return TEXTS[language]
