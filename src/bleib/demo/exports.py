"""The raw exports of Nordlicht Box, each as its own system writes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from bleib.demo import observation as seen
from bleib.demo import parameters as p
from bleib.demo.company import History
from bleib.demo.dialects import (
    day,
    german_minute,
    iso_day,
    iso_offset,
    iso_second,
    labels,
    write_csv,
    write_gzip_csv,
    write_parquet,
)
from bleib.demo.observation import FaultLog

YES_NO = np.array(["nein", "ja"])
SEGMENT_CHANGES = 0.06
CANCEL_INTENTS = 0.3


class Exporter:
    """Writes every export into ``folder`` and notes the faults it plants."""

    def __init__(self, history: History, folder: Path, rng: np.random.Generator) -> None:
        self.history, self.folder, self.rng = history, folder, rng
        self.clock = history.timeline
        self.faults = FaultLog()
        self.merged = seen.merged_ids(history, rng)

    def write(self) -> None:
        """Write all files."""
        self._customers()
        self._merges()
        self._orders()
        self._logins()
        self._price_changes()
        self._tickets_and_complaints()
        self._contracts()
        self._surveys()
        self._payments()
        self._loyalty()
        self._contacts()

    def _rows(self, table: str, at: str = "at") -> pd.DataFrame:
        return seen.within_membership(self.history.log.frame(table), self.history, at)

    def _number(self, rows: pd.DataFrame) -> np.ndarray:
        return self.history.people.number[rows["customer"].to_numpy()]

    def _usage(self, table: str) -> pd.DataFrame:
        rows = seen.fading_after_notice(self._rows(table), self.history, self.rng)
        rows["arrived"] = seen.arrivals(rows, self.rng)
        return rows

    def _finish(self, rows: pd.DataFrame, file: str) -> pd.DataFrame:
        rows = seen.arrived(rows, file, self.clock.days, self.faults)
        rows["number"] = seen.numbers(rows, self.history, self.merged, file, self.faults)
        return seen.plant(rows, file, self.rng, self.faults)

    def _customers(self) -> None:
        people, clock = self.history.people, self.clock
        changed = np.flatnonzero(self.rng.random(len(people)) < SEGMENT_CHANGES)
        later = np.floor(self.rng.uniform(np.maximum(people.joined[changed], 0), clock.days))
        who = np.concatenate([np.arange(len(people)), changed])
        begins = np.concatenate([np.floor(people.joined), later])
        segment = np.concatenate([people.segment, (people.segment[changed] + 1) % len(p.SEGMENTS)])
        gone = self.history.ends.ended < clock.days
        frame = pd.DataFrame(
            {
                "Kundennummer": people.number[who],
                "Name": people.name[who],
                "Angemeldet": german_minute(clock.wall(people.joined[who])),
                "Segment": np.take(p.SEGMENTS, segment),
                "Region": np.take(p.REGIONS, people.region[who]),
                "Werbung erlaubt": YES_NO[people.contact_allowed[who].astype(int)],
                "E-Mail": np.char.add(np.char.add("kunde", people.number[who]), "@example.com"),
                "gültig ab": day(clock.wall(begins)),
                "Status": np.where(gone[who], "gekündigt", "aktiv"),
            }
        )
        order = np.lexsort((begins, people.number[who]))
        write_csv(self.folder / "kunden.csv", frame.iloc[order], delimiter=";", encoding="cp1252")

    def _merges(self) -> None:
        number = self.history.people.number[self.merged["customer"].to_numpy()]
        until = iso_day(self.clock.wall(self.merged["until"].to_numpy()))
        frame = pd.DataFrame({"old_id": self.merged["old"], "new_id": number, "merged_on": until})
        write_csv(self.folder / "merges.csv", frame)

    def _orders(self) -> None:
        file = "bestellungen.csv"
        rows = self._usage("orders")
        rows["id"] = labels("B", np.arange(len(rows)))
        rows = self._finish(rows, file)
        frame = pd.DataFrame(
            {
                "Bestellnr": rows["id"],
                "Vorgang": rows["kind"],
                "Kundennummer": rows["number"],
                "Bestelldatum": german_minute(self.clock.wall(rows["at"].to_numpy())),
                "Eingang": german_minute(self.clock.wall(rows["arrived"].to_numpy())),
                "Betrag": rows["amount"],
                "Menge": rows["quantity"],
                "Kanal": rows["channel"],
                "Warengruppe": rows["topic"],
            }
        )
        write_csv(self.folder / file, frame, delimiter=";", decimal=",", encoding="cp1252")

    def _logins(self) -> None:
        file = "logins"
        rows = self._usage("logins")
        rows["arrived"] = seen.outage(rows, rows["arrived"].to_numpy(), self.clock.days)
        rows = self._finish(rows, file)
        frame = pd.DataFrame(
            {
                "customer_id": rows["number"],
                "event": rows["kind"],
                "ts": self.clock.utc(rows["at"].to_numpy()),
                "ingested_at": self.clock.utc(rows["arrived"].to_numpy()),
                "platform": rows["channel"],
            }
        )
        # A file holds what the app server received in a month, whatever date the rows bear.
        month = frame["ingested_at"].dt.strftime("%Y-%m")
        for name, part in frame.groupby(month, sort=True):
            write_parquet(self.folder / "logins" / f"{name}.parquet", part)

    def _price_changes(self) -> None:
        rows = self._rows("price_changes", at="told")
        rows = rows[rows["told"] < self.clock.days].reset_index(drop=True)
        frame = pd.DataFrame(
            {
                "change_id": labels("P", np.arange(len(rows))),
                "customer_id": self._number(rows),
                "typ": rows["kind"],
                "gilt_ab": iso_second(self.clock.wall(rows["at"].to_numpy())),
                "mitgeteilt_am": iso_second(self.clock.wall(rows["told"].to_numpy())),
                "prozent": rows["amount"],
            }
        )
        write_csv(self.folder / "price_changes.csv", frame)

    def _cancel_intents(self, first: int) -> pd.DataFrame:
        """Tickets in the last days before the notice that say what is coming: the leak."""
        notice = self.history.ends.notice
        leavers = np.flatnonzero(notice < self.clock.days)
        asks = leavers[self.rng.random(len(leavers)) < CANCEL_INTENTS]
        at = notice[asks] - self.rng.uniform(0.3, 4.5, len(asks))
        answered = at + self.rng.gamma(1.5, 0.2, len(asks))
        return pd.DataFrame(
            {"customer": asks, "at": at, "number": first + np.arange(len(asks)), "answered": answered,
             "resolved": answered + 0.5, "reopened": np.nan, "priority": 2, "channel": "mail", "topic": "Kündigung",
             "satisfaction": np.nan}
        )  # fmt: skip

    def _tickets_and_complaints(self) -> None:
        rows = self.history.log.frame("tickets")
        intents = self._cancel_intents(len(rows))
        rows = seen.within_membership(pd.concat([rows, intents], ignore_index=True), self.history)
        rows = rows.sort_values(["at", "customer"], kind="stable", ignore_index=True)
        rows["arrived"] = seen.arrivals(rows, self.rng)
        rows["id"] = labels("T", np.arange(len(rows)))
        by_number = pd.Series(rows["id"].to_numpy(), index=rows["number"].to_numpy())
        self._tickets(rows.rename(columns={"number": "ticket"}))
        self._complaints(by_number)

    def _tickets(self, rows: pd.DataFrame) -> None:
        file = "tickets.csv"
        rows = self._finish(rows, file)
        resolved = seen.not_yet(rows["resolved"].to_numpy(), self.clock.days)
        frame = pd.DataFrame(
            {
                "ticket_no": rows["id"],
                "customer_id": rows["number"],
                "opened": self._offset(rows["at"].to_numpy()),
                "first_response": self._offset(seen.not_yet(rows["answered"].to_numpy(), self.clock.days)),
                "resolved": self._offset(resolved),
                "reopened": self._offset(seen.not_yet(rows["reopened"].to_numpy(), self.clock.days)),
                "recorded": self._offset(rows["arrived"].to_numpy()),
                "priority": rows["priority"],
                "channel": rows["channel"],
                "topic": rows["topic"],
                "csat": np.where(np.isfinite(resolved), rows["satisfaction"], np.nan),
                "state": np.where(np.isfinite(resolved), "closed", "open"),
            }
        )
        write_csv(self.folder / file, frame, encoding="utf-8-sig")

    def _offset(self, days: np.ndarray) -> pd.Series:
        return iso_offset(self.clock.utc(days))

    def _complaints(self, tickets: pd.Series) -> None:
        file = "beschwerden.csv"
        rows = self._rows("complaints")
        by_letter = self.rng.random(len(rows)) < 0.15
        rows["arrived"] = rows["at"] + np.where(by_letter, self.rng.integers(1, 7, len(rows)), 0.01)
        rows = seen.arrived(rows, file, self.clock.days, self.faults)
        resolved = seen.not_yet(rows["resolved"].to_numpy(), self.clock.days)
        wall = self.clock.wall
        frame = pd.DataFrame(
            {
                "Beschwerde-Nr": labels("R", np.arange(len(rows))),
                "Kundennummer": self._number(rows),
                "Datum": german_minute(wall(rows["at"].to_numpy())),
                "erfasst": german_minute(wall(rows["arrived"].to_numpy())),
                "beantwortet": german_minute(wall(seen.not_yet(rows["answered"].to_numpy(), self.clock.days))),
                "erledigt": german_minute(wall(resolved)),
                "Schwere": rows["severity"],
                "Thema": rows["topic"],
                "Ticket": tickets.reindex(rows["ticket"]).to_numpy(),
                "Entschädigung": np.where(np.isfinite(resolved), rows["compensation"], np.nan),
            }
        )
        write_csv(self.folder / file, frame, delimiter="|", decimal=",", encoding="latin-1")

    def _contracts(self) -> None:
        rows, ends, wall = self._rows("contracts"), self.history.ends, self.clock.wall
        who = rows["customer"].to_numpy()
        known = rows["at"].to_numpy() < np.minimum(self.clock.days, np.minimum(ends.notice, ends.ended)[who])
        rows, who = rows[known], who[known]
        # Filled in afterwards, on all versions of the contract: how and when it ended.
        over = np.minimum(ends.notice, ends.ended)[who] < self.clock.days
        frame = pd.DataFrame(
            {
                "contract_no": np.char.add("V", self.history.people.number[who]),
                "customer_id": self.history.people.number[who],
                "valid_from": iso_day(wall(rows["at"].to_numpy())).to_numpy(),
                "start_date": iso_second(wall(self.history.people.joined[who])),
                "notice_at": iso_second(wall(np.where(over & np.isfinite(ends.notice[who]), ends.notice[who], np.nan))),
                "end_date": iso_second(wall(np.where(over, ends.ended[who], np.nan))),
                "end_reason": np.where(over, ends.reason[who], ""),
                "renewal_date": iso_day(wall(rows["renewal"].to_numpy())),
                "plan": rows["plan"].to_numpy(),
                "monthly_fee": rows["fee"].to_numpy(),
                "auto_renew": rows["auto_renew"].to_numpy(),
                "status": np.where(over, "terminated", "active"),
            }
        )
        order = np.lexsort((rows["at"].to_numpy(), frame["contract_no"].to_numpy().astype(str)))
        write_gzip_csv(self.folder / "contracts.csv.gz", frame.iloc[order])

    def _surveys(self) -> None:
        rows = self._rows("surveys")
        answered = seen.not_yet(rows["answered"].to_numpy(), self.clock.days)
        frame = pd.DataFrame(
            {
                "id": labels("N", np.arange(len(rows))),
                "customer_id": self._number(rows),
                "sent": iso_second(self.clock.wall(rows["at"].to_numpy())),
                "answered": iso_second(self.clock.wall(answered)),
                "score": pd.Series(np.where(np.isfinite(answered), rows["score"], np.nan)).astype("Int64"),
            }
        )
        write_csv(self.folder / "nps.csv", frame, delimiter="\t")

    def _closing_invoices(self) -> pd.DataFrame:
        """What is billed after the end of the contract: the leak."""
        ended = self.history.ends.ended
        who = np.flatnonzero(ended + 5 < self.clock.days)
        at = np.floor(ended[who]) + 5
        paid = at + 10 + self.rng.integers(0, 9, len(who))
        fee = np.take(p.PLAN_FEES, self.history.people.plan[who])
        amount = np.round(fee * self.rng.uniform(0.2, 0.9, len(who)), 2)
        return pd.DataFrame(
            {"customer": who, "at": at, "due": at + 14, "paid": paid, "failed": np.nan, "amount": amount,
             "method": "invoice", "label": "Schlussrechnung"}
        )  # fmt: skip

    def _payments(self) -> None:
        rows = pd.concat([self._rows("payments"), self._closing_invoices()], ignore_index=True)
        rows = rows[rows["at"] < self.clock.days].sort_values(["at", "customer"], kind="stable", ignore_index=True)
        days, utc = self.clock.days, self.clock.utc
        frame = pd.DataFrame(
            {
                "Rechnungsnr": labels("R", np.arange(len(rows))),
                "Kundennummer": self._number(rows),
                "ausgestellt": utc(rows["at"].to_numpy()),
                "faellig": utc(rows["due"].to_numpy()),
                "bezahlt": utc(seen.not_yet(rows["paid"].to_numpy(), days)),
                "Ruecklastschrift": utc(seen.not_yet(rows["failed"].to_numpy(), days)),
                "Betrag": rows["amount"],
                "Zahlart": rows["method"],
                "Text": rows["label"],
            }
        )
        write_parquet(self.folder / "rechnungen.parquet", frame)

    def _loyalty(self) -> None:
        rows = self._rows("loyalty")
        frame = pd.DataFrame(
            {
                "Buchung": labels("L", np.arange(len(rows))),
                "Kundennummer": self._number(rows),
                "Zeit": german_minute(self.clock.wall(rows["at"].to_numpy())),
                "Art": rows["kind"].map({"earned": "gutgeschrieben", "redeemed": "eingelöst", "expired": "verfallen"}),
                "Punkte": rows["points"].astype("int64"),
                "verfällt am": day(self.clock.wall(rows["expires"].to_numpy())),
            }
        )
        write_csv(self.folder / "punkte.csv", frame, delimiter=";", encoding="cp1252")

    def _contacts(self) -> None:
        rows = self._rows("contacts")
        days, utc = self.clock.days, self.clock.utc
        frame = pd.DataFrame(
            {
                "contact_id": labels("K", np.arange(len(rows))),
                "customer_id": self._number(rows),
                "sent_at": utc(rows["at"].to_numpy()),
                "campaign": rows["campaign"],
                "channel": rows["channel"],
                "arm": rows["arm"],
                "propensity": rows["propensity"],
                "opened_at": utc(seen.not_yet(rows["opened"].to_numpy(), days)),
                "clicked_at": utc(seen.not_yet(rows["clicked"].to_numpy(), days)),
                "unsubscribed_at": utc(seen.not_yet(rows["unsubscribed"].to_numpy(), days)),
                "cost": rows["cost"],
            }
        )
        drawn = (rows["number"] >= 0).to_numpy()
        self.contact_ids = pd.Series(frame["contact_id"].to_numpy()[drawn], index=rows["number"].to_numpy()[drawn])
        write_parquet(self.folder / "campaign_contacts.parquet", frame)
