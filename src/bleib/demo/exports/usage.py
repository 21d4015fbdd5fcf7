"""Exports of shop and app: orders with returns, app events."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bleib.demo import observation as seen
from bleib.demo.behaviour import APP_EVENTS, GOODS, ORDER_CHANNELS, ORDER_KINDS, PLATFORMS
from bleib.demo.dialects import german_minute, labels, write_csv, write_parquet
from bleib.demo.exports.desk import Desk


def orders(desk: Desk) -> None:
    """Orders and returns: semicolons, decimal comma, German dates, Windows encoding."""
    file = "bestellungen.csv"
    rows = desk.usage("orders")
    rows["id"] = labels("B", np.arange(len(rows)))
    rows = desk.finish(rows, file)
    frame = pd.DataFrame(
        {
            "Bestellnr": rows["id"],
            "Vorgang": desk.named(rows["kind"], ORDER_KINDS),
            "Kundennummer": desk.written(rows),
            "Bestelldatum": german_minute(desk.wall(rows["at"])),
            "Eingang": german_minute(desk.wall(rows["arrived"])),
            "Betrag": rows["amount"],
            "Menge": rows["quantity"],
            "Kanal": desk.named(rows["channel"], ORDER_CHANNELS),
            "Warengruppe": desk.named(rows["topic"], GOODS),
        }
    )
    write_csv(desk.folder / file, frame, delimiter=";", decimal=",", encoding="cp1252")


def logins(desk: Desk) -> None:
    """App events: one Parquet file a month of arrival, UTC, with the backfill of an outage."""
    file = "logins"
    rows = desk.usage("logins")
    rows["arrived"] = seen.outage(rows, rows["arrived"].to_numpy(), desk.days)
    rows = desk.finish(rows, file)
    frame = pd.DataFrame(
        {
            "customer_id": desk.written(rows),
            "event": desk.named(rows["kind"], APP_EVENTS),
            "ts": desk.utc(rows["at"]),
            "ingested_at": desk.utc(rows["arrived"]),
            "platform": desk.named(rows["channel"], PLATFORMS),
        }
    )
    # A file holds what the app server received in a month, whatever date the rows bear.
    months = frame["ingested_at"].dt.tz_convert(None).to_numpy().astype("datetime64[M]")
    for month in np.unique(months):
        write_parquet(desk.folder / "logins" / f"{month}.parquet", frame[months == month])
