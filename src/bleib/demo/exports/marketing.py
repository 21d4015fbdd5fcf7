"""Exports of marketing: surveys, newsletters, retention contacts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bleib.demo.dialects import iso_second, labels, write_csv, write_parquet
from bleib.demo.exports.desk import Desk


def surveys(desk: Desk) -> None:
    """NPS questions and answers, tab-separated."""
    rows = desk.rows("surveys")
    answered = desk.past(rows["answered"])
    frame = pd.DataFrame(
        {
            "id": labels("N", np.arange(len(rows))),
            "customer_id": desk.number(rows),
            "sent": iso_second(desk.wall(rows["at"])),
            "answered": iso_second(desk.wall(answered)),
            "score": pd.Series(np.where(np.isfinite(answered), rows["score"], np.nan)).astype("Int64"),
        }
    )
    write_csv(desk.folder / "nps.csv", frame, delimiter="\t")


def contacts(desk: Desk) -> pd.Series:
    """Newsletters and retention contacts as Parquet; gives the ids by the number of the contact in the truth."""
    rows = desk.rows("contacts")
    utc = desk.utc
    frame = pd.DataFrame(
        {
            "contact_id": labels("K", np.arange(len(rows))),
            "customer_id": desk.number(rows),
            "sent_at": utc(rows["at"]),
            "campaign": rows["campaign"],
            "channel": rows["channel"],
            "arm": rows["arm"],
            "propensity": rows["propensity"],
            "opened_at": utc(desk.past(rows["opened"])),
            "clicked_at": utc(desk.past(rows["clicked"])),
            "unsubscribed_at": utc(desk.past(rows["unsubscribed"])),
            "cost": rows["cost"],
        }
    )
    drawn = (rows["number"] >= 0).to_numpy()
    write_parquet(desk.folder / "campaign_contacts.parquet", frame)
    return pd.Series(frame["contact_id"].to_numpy()[drawn], index=rows["number"].to_numpy()[drawn])
