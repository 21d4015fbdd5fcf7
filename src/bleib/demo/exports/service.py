"""Exports of the service desk: tickets, complaints, and the leak in the last days."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bleib.demo import observation as seen
from bleib.demo.dialects import german_minute, iso_offset, labels, write_csv
from bleib.demo.exports.desk import Desk
from bleib.demo.timeline import daytime

CANCEL_INTENTS = 0.3


def tickets_and_complaints(desk: Desk) -> None:
    """Tickets (UTF-8 with BOM, ISO times with offset) and complaints (bars, latin-1)."""
    rows = desk.history.log.frame("tickets")
    intents = _cancel_intents(desk, len(rows))
    rows = seen.within_membership(pd.concat([rows, intents], ignore_index=True), desk.history)
    rows = rows.sort_values(["at", "customer"], kind="stable", ignore_index=True)
    rows["arrived"] = seen.arrivals(rows, desk.rng)
    rows["id"] = labels("T", np.arange(len(rows)))
    by_number = pd.Series(rows["id"].to_numpy(), index=rows["number"].to_numpy())
    _tickets(desk, rows.rename(columns={"number": "ticket"}))
    _complaints(desk, by_number)


def _cancel_intents(desk: Desk, first: int) -> pd.DataFrame:
    """Tickets in the last days before the notice that say what is coming: the leak."""
    notice = desk.ends.notice
    leavers = np.flatnonzero(notice < desk.days)
    asks = leavers[desk.rng.random(len(leavers)) < CANCEL_INTENTS]
    at = daytime(desk.rng, notice[asks] - desk.rng.integers(1, 5, len(asks)))
    answered = at + desk.rng.gamma(1.5, 0.2, len(asks))
    return pd.DataFrame(
        {"customer": asks, "at": at, "number": first + np.arange(len(asks)), "answered": answered,
         "resolved": answered + 0.5, "reopened": np.nan, "priority": 2, "channel": "mail", "topic": "Kündigung",
         "satisfaction": np.nan}
    )  # fmt: skip


def _tickets(desk: Desk, rows: pd.DataFrame) -> None:
    file = "tickets.csv"
    rows = desk.finish(rows, file)
    resolved = desk.past(rows["resolved"])
    frame = pd.DataFrame(
        {
            "ticket_no": rows["id"],
            "customer_id": desk.written(rows),
            "opened": iso_offset(desk.utc(rows["at"])),
            "first_response": iso_offset(desk.utc(desk.past(rows["answered"]))),
            "resolved": iso_offset(desk.utc(resolved)),
            "reopened": iso_offset(desk.utc(desk.past(rows["reopened"]))),
            "recorded": iso_offset(desk.utc(rows["arrived"])),
            "priority": rows["priority"],
            "channel": rows["channel"],
            "topic": rows["topic"],
            "csat": np.where(np.isfinite(resolved), rows["satisfaction"], np.nan),
            "state": np.where(np.isfinite(resolved), "closed", "open"),
        }
    )
    write_csv(desk.folder / file, frame, encoding="utf-8-sig")


def _complaints(desk: Desk, tickets: pd.Series) -> None:
    file = "beschwerden.csv"
    rows = desk.rows("complaints")
    by_letter = desk.rng.random(len(rows)) < 0.15
    rows["arrived"] = rows["at"] + np.where(by_letter, desk.rng.integers(1, 7, len(rows)), 0.01)
    rows = seen.arrived(rows, file, desk.days, desk.faults)
    resolved = desk.past(rows["resolved"])
    wall = desk.wall
    frame = pd.DataFrame(
        {
            "Beschwerde-Nr": labels("R", np.arange(len(rows))),
            "Kundennummer": desk.number(rows),
            "Datum": german_minute(wall(rows["at"])),
            "erfasst": german_minute(wall(rows["arrived"])),
            "beantwortet": german_minute(wall(desk.past(rows["answered"]))),
            "erledigt": german_minute(wall(resolved)),
            "Schwere": rows["severity"],
            "Thema": rows["topic"],
            "Ticket": tickets.reindex(rows["ticket"]).to_numpy(),
            "Entschädigung": np.where(np.isfinite(resolved), rows["compensation"], np.nan),
        }
    )
    write_csv(desk.folder / file, frame, delimiter="|", decimal=",", encoding="latin-1")
