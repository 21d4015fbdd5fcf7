"""Exports of the CRM: customers, merged numbers, contracts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bleib.demo import parameters as p
from bleib.demo.dialects import day, german_minute, iso_day, iso_second, write_csv, write_gzip_csv
from bleib.demo.exports.desk import Desk

YES_NO = np.array(["nein", "ja"])
SEGMENT_CHANGES = 0.06


def customers(desk: Desk) -> None:
    """Customer master: one row a customer and validity, Windows encoding, today's status beside it."""
    people, clock = desk.people, desk.clock
    changed = np.flatnonzero(desk.rng.random(len(people)) < SEGMENT_CHANGES)
    later = np.floor(desk.rng.uniform(np.maximum(people.joined[changed], 0), clock.days))
    who = np.concatenate([np.arange(len(people)), changed])
    begins = np.concatenate([np.floor(people.joined), later])
    segment = np.concatenate([people.segment, (people.segment[changed] + 1) % len(p.SEGMENTS)])
    gone = desk.ends.ended < clock.days
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
    write_csv(desk.folder / "kunden.csv", frame.iloc[order], delimiter=";", encoding="cp1252")


def merges(desk: Desk) -> None:
    """Old and surviving customer numbers."""
    number = desk.people.number[desk.merged["customer"].to_numpy()]
    until = iso_day(desk.wall(desk.merged["until"].to_numpy()))
    frame = pd.DataFrame({"old_id": desk.merged["old"], "new_id": number, "merged_on": until})
    write_csv(desk.folder / "merges.csv", frame)


def contracts(desk: Desk) -> None:
    """Contracts by validity, gzipped."""
    rows, ends, wall = desk.rows("contracts"), desk.ends, desk.wall
    who = rows["customer"].to_numpy()
    known = rows["at"].to_numpy() < np.minimum(desk.days, np.minimum(ends.notice, ends.ended)[who])
    rows, who = rows[known], who[known]
    # Filled in afterwards, on all versions of the contract: how and when it ended.
    over = np.minimum(ends.notice, ends.ended)[who] < desk.days
    frame = pd.DataFrame(
        {
            "contract_no": np.char.add("V", desk.people.number[who]),
            "customer_id": desk.people.number[who],
            "valid_from": iso_day(wall(rows["at"])).to_numpy(),
            "start_date": iso_second(wall(desk.people.joined[who])),
            "notice_at": iso_second(wall(np.where(over & np.isfinite(ends.notice[who]), ends.notice[who], np.nan))),
            "end_date": iso_second(wall(np.where(over, ends.ended[who], np.nan))),
            "end_reason": np.where(over, ends.reason[who], ""),
            "renewal_date": iso_day(wall(rows["renewal"])),
            "plan": rows["plan"].to_numpy(),
            "monthly_fee": rows["fee"].to_numpy(),
            "auto_renew": rows["auto_renew"].to_numpy(),
            "status": np.where(over, "terminated", "active"),
        }
    )
    order = np.lexsort((rows["at"].to_numpy(), frame["contract_no"].to_numpy().astype(str)))
    write_gzip_csv(desk.folder / "contracts.csv.gz", frame.iloc[order])
