"""bleib define: a table of possible churn definitions over the ingested data."""

from __future__ import annotations

import pandas as pd
from pydantic import ValidationError

from bleib.artifacts import CALENDAR, TABLES
from bleib.buckets import read_tables
from bleib.cohort.define import definitions
from bleib.cohort.label import LOOKED_AT, calendar_of
from bleib.console import say
from bleib.errors import BleibError
from bleib.files import read_json
from bleib.settings import Churn, load_settings
from bleib.tables import CONTRACTS

HEADINGS = {
    "active_days": "active",
    "horizon_days": "horizon",
    "lead_days": "lead",
    "dates": "dates",
    "snapshots": "snapshots",
    "base_rate": "churned",
    "come_back": "came back",
    "warning_days": "warning",
}

REASONS_SHOWN = 12


def print_definitions(active: list[int], horizon: list[int], lead: list[int]) -> None:
    """Print one line a definition, with what its columns mean; BleibError for lengths that params.yaml would refuse."""
    for name, lengths in {"active_days": active, "horizon_days": horizon, "lead_days": lead}.items():
        _check_lengths(name, lengths)
    settings = load_settings("company", "clock", "churn")
    if not CALENDAR.path.exists():
        raise BleibError("there are no ingested data yet; run `bleib run ingest` (or `make run`) first")
    tables = read_tables(TABLES.path, LOOKED_AT)
    frame = definitions(
        tables,
        settings.churn,
        settings.clock,
        calendar_of(read_json(CALENDAR.path)),
        settings.company.time_zone,
        active,
        horizon,
        lead,
    )
    say(as_text(frame))
    say("active, horizon, lead, warning: days. churned: share of the labelled snapshots. came back: share of the")
    say("churned who were there again after the window. warning: median days left before everybody would have noticed.")
    if told := reasons_of_ends(tables.get("contracts", CONTRACTS.empty()), settings.churn):
        say(told)


def reasons_of_ends(contracts: pd.DataFrame, churn: Churn) -> str:
    """Why contracts ended, the most frequent reason first, and which of it is no churn; empty where none tells."""
    counts = contracts.drop_duplicates(["contract_id", "end_reason"])["end_reason"].value_counts()
    if counts.empty:
        return ""
    ordered = sorted(counts.items(), key=lambda count: (-count[1], str(count[0])))
    named = ", ".join(f"{reason} ({number:,})" for reason, number in ordered[:REASONS_SHOWN])
    more = f", and {len(ordered) - REASONS_SHOWN} others" if len(ordered) > REASONS_SHOWN else ""
    listed = ", ".join(reason for reason in churn.competing_reasons if reason in counts.index)
    return (
        f"contracts ended for: {named}{more}.\nchurn.competing_reasons names of these: {listed or 'none'}. "
        "List there whatever a customer does not\n"
        "decide (a death, say); every other end is taken for the customer's own."
    )


def _check_lengths(name: str, lengths: list[int]) -> None:
    for days in lengths:
        try:
            Churn.model_validate({name: days})
        except ValidationError as error:
            option = f"--{name.removesuffix('_days')}"
            raise BleibError(f"{option} {days}: {error.errors()[0]['msg']} (days, as churn.{name})") from error


def as_text(frame: pd.DataFrame) -> str:
    """The table for a terminal; "–" where there is no figure."""
    shown = frame.copy()
    for column in ("base_rate", "come_back"):
        shown[column] = frame[column].map("{:.1%}".format)
    shown["warning_days"] = frame["warning_days"].map("{:.0f}".format)
    return shown.rename(columns=HEADINGS).replace({"nan%": "–", "nan": "–"}).to_string(index=False)
