"""Exports of bookkeeping: invoices, price changes, points."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bleib.demo import parameters as p
from bleib.demo.dialects import day, german_minute, iso_second, labels, write_csv, write_parquet
from bleib.demo.exports.desk import Desk


def price_changes(desk: Desk) -> None:
    """Price rises (told ahead) and discounts."""
    rows = desk.rows("price_changes", at="told")
    rows = rows[rows["told"] < desk.days].reset_index(drop=True)
    frame = pd.DataFrame(
        {
            "change_id": labels("P", np.arange(len(rows))),
            "customer_id": desk.number(rows),
            "typ": rows["kind"],
            "gilt_ab": iso_second(desk.wall(rows["at"])),
            "mitgeteilt_am": iso_second(desk.wall(rows["told"])),
            "prozent": rows["amount"],
        }
    )
    write_csv(desk.folder / "price_changes.csv", frame)


def payments(desk: Desk) -> None:
    """Invoices as Parquet, the closing ones with them."""
    rows = pd.concat([desk.rows("payments"), _closing_invoices(desk)], ignore_index=True)
    rows = rows[rows["at"] < desk.days].sort_values(["at", "customer"], kind="stable", ignore_index=True)
    utc = desk.utc
    frame = pd.DataFrame(
        {
            "Rechnungsnr": labels("R", np.arange(len(rows))),
            "Kundennummer": desk.number(rows),
            "ausgestellt": utc(rows["at"]),
            "faellig": utc(rows["due"]),
            "bezahlt": utc(desk.past(rows["paid"])),
            "Ruecklastschrift": utc(desk.past(rows["failed"])),
            "Betrag": rows["amount"],
            "Zahlart": rows["method"],
            "Text": rows["label"],
        }
    )
    write_parquet(desk.folder / "rechnungen.parquet", frame)


def _closing_invoices(desk: Desk) -> pd.DataFrame:
    """What is billed after the end of the contract: the leak."""
    ended = desk.ends.ended
    who = np.flatnonzero(ended + 5 < desk.days)
    at = np.floor(ended[who]) + 5
    paid = at + 10 + desk.rng.integers(0, 9, len(who))
    fee = np.take(p.PLAN_FEES, desk.people.plan[who])
    amount = np.round(fee * desk.rng.uniform(0.2, 0.9, len(who)), 2)
    return pd.DataFrame(
        {"customer": who, "at": at, "due": at + 14, "paid": paid, "failed": np.nan, "amount": amount,
         "method": "invoice", "label": "Schlussrechnung"}
    )  # fmt: skip


def loyalty(desk: Desk) -> None:
    """Points booked, redeemed and lapsed."""
    rows = desk.rows("loyalty")
    frame = pd.DataFrame(
        {
            "Buchung": labels("L", np.arange(len(rows))),
            "Kundennummer": desk.number(rows),
            "Zeit": german_minute(desk.wall(rows["at"])),
            "Art": rows["kind"].map({"earned": "gutgeschrieben", "redeemed": "eingelöst", "expired": "verfallen"}),
            "Punkte": rows["points"].astype("int64"),
            "verfällt am": day(desk.wall(rows["expires"])),
        }
    )
    write_csv(desk.folder / "punkte.csv", frame, delimiter=";", encoding="cp1252")
