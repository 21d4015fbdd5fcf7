"""The fields of a reason's text: ``{value}``, the customer's figure, and ``{typical}``, that of the cohort.

A field may have forms, so that nought and what lies below it read as people say them; ``#`` is the figure:

* two, nought and else: ``({typical:most customers have none|typical here: #})``;
* three, below nought, nought and above, ``#`` without its sign: ``{value:# fewer|no more|# more} orders than before``.
"""

from __future__ import annotations

import re

from bleib.errors import counted

NAMES = ("value", "typical")
FIELD = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")
FORMS = (2, 3)


def fields_of(template: str) -> set[str]:
    """Names of the fields that a text has."""
    return {found[1] for found in FIELD.finditer(template)}


def faults_of(template: str) -> list[str]:
    """What is wrong with the fields of a text, one fault a line."""
    faults = []
    for name, forms in FIELD.findall(template):
        if name not in NAMES:
            faults.append(f"unknown field {{{name}}}; known: {', '.join(f'{{{known}}}' for known in NAMES)}")
        elif forms and len(forms.split("|")) not in FORMS:
            number = counted(len(forms.split("|")), "form")
            faults.append(
                f"field {{{name}:{forms}}} has {number}; give two (nought|else) or three (below nought|nought|above)"
            )
    return faults


def form_of(forms: str, figure: float) -> tuple[str, bool]:
    """Which of its ``forms`` a figure, as it is shown, takes, and whether the form says that it is below nought."""
    given = forms.split("|")
    if figure == 0:
        return given[-2], False
    below = figure < 0 and len(given) == max(FORMS)
    return (given[0] if below else given[-1]), below
