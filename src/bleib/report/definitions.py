"""What the words of the report mean for this company: cohort, leaving, windows and dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import pandas as pd

from bleib.clock import Window, outcome_window, shift, to_date
from bleib.report.formats import Formats
from bleib.report.texts import texts
from bleib.settings import Churn


def definitions(
    churn: Churn,
    day: date,
    customers: int,
    split: pd.DataFrame,
    trained_again: Sequence[str],
    settings_from: str,
    version: str,
    f: Formats,
) -> list[tuple[str, str]]:
    """Terms with their meaning. ``customers``: size of the cohort at ``day``; ``split``: columns as_of_date, part.

    ``trained_again``: the dates of the list's model, none where nothing could be trained. ``settings_from``: ``params``
    or ``search``.
    """
    t = texts(f.language)
    cohort = t[f"cohort_{churn.definition}"].format(days=f.number(churn.active_days), n=f.number(customers))
    found = [
        ("term_as_of", f.day(day)),
        ("term_cohort", cohort),
        ("term_churned", _leaving(churn, t)),
        ("term_lead", t["day" if churn.lead_days == 1 else "days"].format(n=f.number(churn.lead_days))),
        ("term_window", _window(outcome_window(day, churn.lead_days, churn.horizon_days), f)),
        ("term_train", _dates(split.loc[split["part"] == "train", "as_of_date"], f)),
        ("term_test", _dates(split.loc[split["part"] == "test", "as_of_date"], f)),
        *([("term_refit", t["trained_again"].format(dates=_dates(trained_again, f)))] if trained_again else []),
        ("term_settings", t[f"settings_{settings_from}"]),
        ("term_version", version),
    ]
    return [(t[key], text) for key, text in found]


def _leaving(churn: Churn, t: dict[str, str]) -> str:
    kinds = ", ".join(churn.kinds) or t["any_kind"]
    others = [*churn.competing_reasons, *(churn.competing_kinds if churn.definition == "silence" else [])]
    text = t[f"definition_{churn.definition}"].format(kinds=kinds)
    return " ".join([text, t["competing"].format(names=", ".join(others))]) if others else text


def _window(window: Window, f: Formats) -> str:
    last = shift(window.end, -1)
    return texts(f.language)["window"].format(start=f.day(window.start), end=f.day(last), n=f.number(window.days))


def _dates(given: Iterable[Any], f: Formats) -> str:
    days = sorted(to_date(day) for day in given)
    if not days:
        return f.day(None)
    if len(days) == 1:
        return texts(f.language)["dates_one"].format(day=f.day(days[0]))
    return texts(f.language)["dates_span"].format(n=f.number(len(days)), first=f.day(days[0]), last=f.day(days[-1]))
