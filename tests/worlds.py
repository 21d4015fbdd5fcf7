"""Small made-up companies for tests: canonical tables, built in memory from a seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from bleib import buckets
from bleib.tables import CANONICAL, DTYPES, Table

START = pd.Timestamp("2024-01-01", tz="UTC")
DAYS = 540


def write_in_buckets(table: Path, frame: pd.DataFrame, count: int) -> None:
    """Write a whole frame with the column customer_id as ``count`` parts, the order of its rows kept within a part."""
    bucket = buckets.bucket_of(frame["customer_id"], count)
    for number in range(count):
        buckets.write_part(table, number, frame[bucket == number])


def frame(table: Table, rows: list[dict[str, object]]) -> pd.DataFrame:
    """A canonical frame from a few rows; columns that are not given are empty, known_at falls back to the clock."""
    data = pd.DataFrame(rows)
    out = {}
    for column in table.columns:
        values = data[column.name] if column.name in data else pd.Series([None] * len(data), dtype="object")
        if column.kind == "time":
            out[column.name] = pd.to_datetime(values, utc=True, format="ISO8601").astype(DTYPES["time"])
        else:
            out[column.name] = values.astype(DTYPES[column.kind])
    result = pd.DataFrame(out)
    if "known_at" in result and table.clock in result:
        result["known_at"] = result["known_at"].fillna(result[table.clock])
    return table.check(result)


def tiny_company(seed: int = 1, customers: int = 60) -> dict[str, pd.DataFrame]:
    """All nine canonical tables of a company of 540 days from 2024-01-01 in which rarer buyers leave more often."""
    rng = np.random.default_rng(seed)
    ids = [f"{k:05d}" for k in range(customers)]
    gaps = rng.gamma(2.0, 8.0, customers) + 2
    starts = rng.integers(0, 200, customers)
    leaves = starts + 60 + rng.exponential(500 * np.median(gaps) / gaps)

    def at(day: float) -> pd.Timestamp:
        return START + pd.Timedelta(seconds=round(float(day) * 86400))

    rows: dict[str, list[dict[str, object]]] = {name: [] for name in CANONICAL}
    for k, cid in enumerate(ids):
        end = min(leaves[k], DAYS)
        rows["customers"].append(
            {
                "customer_id": cid,
                "display_name": f"Kundin {k}",
                "signed_up_at": at(starts[k]),
                "segment": "business" if k % 3 == 0 else "private",
                "region": "north" if k % 2 else "south",
                "contact_allowed": k % 10 != 0,
            }
        )
        cancelled = at(leaves[k]) if leaves[k] < DAYS else None
        rows["contracts"].append(
            {
                "contract_id": f"c{cid}",
                "customer_id": cid,
                "valid_from": at(starts[k]),
                "started_at": at(starts[k]),
                "cancelled_at": cancelled,
                "ended_at": at(leaves[k] + 30) if cancelled is not None else None,
                "end_reason": "notice" if cancelled is not None else None,
                "renewal_at": at(starts[k] + 365),
                "plan": "basic" if k % 4 else "plus",
                "monthly_fee": 10.0 if k % 4 else 25.0,
                "auto_renew": k % 5 != 0,
            }
        )
        day, n = float(starts[k]), 0
        while day < end:
            late = 0.0 if rng.random() < 0.95 else float(rng.integers(1, 9))
            base = {"customer_id": cid, "occurred_at": at(day), "known_at": at(day + late)}
            rows["interactions"].append(
                {
                    **base,
                    "event_id": f"o{cid}-{n}",
                    "kind": "order",
                    "amount": round(float(rng.gamma(2, 20)), 2),
                    "quantity": float(rng.integers(1, 5)),
                    "channel": str(rng.choice(["web", "app", "phone"])),
                    "topic": str(rng.choice(["food", "toys", "books"])),
                }
            )
            if rng.random() < 0.5:
                rows["interactions"].append(
                    {"customer_id": cid, "occurred_at": at(day + 0.3), "event_id": f"l{cid}-{n}", "kind": "login"}
                )
            if rng.random() < 0.08:
                _ticket_and_complaint(rows, rng, cid, n, day, at)
            if rng.random() < 0.1:
                rows["surveys"].append(
                    {
                        "survey_id": f"s{cid}-{n}",
                        "customer_id": cid,
                        "answered_at": at(day + 1),
                        "sent_at": at(day),
                        "kind": "nps",
                        "score": float(rng.integers(0, 11)),
                    }
                )
            rows["loyalty"].append(
                {
                    "movement_id": f"m{cid}-{n}",
                    "customer_id": cid,
                    "occurred_at": at(day),
                    "kind": "earned",
                    "points": 10.0,
                    "expires_at": at(day + 180),
                }
            )
            if rng.random() < 0.1:
                rows["loyalty"].append(
                    {
                        "movement_id": f"r{cid}-{n}",
                        "customer_id": cid,
                        "occurred_at": at(day + 0.1),
                        "kind": "redeemed",
                        "points": -20.0,
                    }
                )
            if rng.random() < 0.15:
                rows["contacts"].append(
                    {
                        "contact_id": f"k{cid}-{n}",
                        "customer_id": cid,
                        "contacted_at": at(day + 2),
                        "campaign": "spring",
                        "channel": "email",
                        "opened_at": at(day + 2.5) if rng.random() < 0.5 else None,
                    }
                )
            n += 1
            day += float(rng.gamma(3.0, gaps[k] / 3.0)) + 0.05
        for month, due in enumerate(np.arange(starts[k] + 30, end, 30)):
            paid = rng.random() < 0.93
            rows["payments"].append(
                {
                    "invoice_id": f"i{cid}-{month}",
                    "customer_id": cid,
                    "issued_at": at(due - 14),
                    "due_at": at(due),
                    "known_at": at(due - 14),
                    "paid_at": at(due + rng.integers(0, 6)) if paid else None,
                    "failed_at": None if paid else at(due),
                    "amount": 10.0,
                    "method": "card",
                }
            )
    return {name: frame(CANONICAL[name], rows[name]) for name in CANONICAL}


def _ticket_and_complaint(rows, rng, cid, n, day, at):  # type: ignore[no-untyped-def]
    answered = day + float(rng.gamma(1.0, 1.5))
    resolved = answered + float(rng.gamma(1.0, 5.0))
    rows["tickets"].append(
        {
            "ticket_id": f"t{cid}-{n}",
            "customer_id": cid,
            "opened_at": at(day),
            "first_response_at": at(answered),
            "resolved_at": at(resolved),
            "priority": "2",
            "channel": str(rng.choice(["phone", "mail"])),
            "topic": str(rng.choice(["delivery", "bill"])),
            "satisfaction": float(rng.integers(1, 6)),
        }
    )
    if rng.random() < 0.4:
        rows["complaints"].append(
            {
                "complaint_id": f"b{cid}-{n}",
                "customer_id": cid,
                "filed_at": at(resolved),
                "answered_at": at(resolved + 2),
                "resolved_at": at(resolved + 9) if rng.random() < 0.7 else None,
                "severity": float(rng.integers(1, 4)),
                "topic": "delivery",
                "ticket_id": f"t{cid}-{n}",
            }
        )
