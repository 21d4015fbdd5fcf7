"""The canonical tables: every column and key is declared here, once, and checked at every edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from bleib.errors import DataError

Kind = Literal["id", "time", "text", "number", "bool", "date", "integer"]

# The pandas dtype in which each kind of column lives inside bleib. Identifiers are text, always: a leading
# zero or a 20-digit number does not survive a number type.
DTYPES: dict[Kind, Any] = {
    "id": "str",
    "text": "str",
    "time": "datetime64[us, UTC]",
    "date": "datetime64[us]",
    "number": "float64",
    "integer": "int64",
    "bool": "boolean",
}


@dataclass(frozen=True)
class Column:
    """One column: its kind, whether a row is worthless without it, and its meaning."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """One canonical table: grain, key, columns. ``clock`` names the column that says when the row happened."""

    name: str
    grain: str
    key: tuple[str, ...]
    clock: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The declaration of a column; KeyError for an unknown name."""
        return {c.name: c for c in self.columns}[name]

    @property
    def names(self) -> tuple[str, ...]:
        """All column names in their declared order."""
        return tuple(c.name for c in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that no row may lack."""
        return tuple(c.name for c in self.columns if c.required)

    def empty(self) -> pd.DataFrame:
        """A frame with every declared column, its dtype, and no row."""
        return pd.DataFrame({c.name: pd.Series(dtype=DTYPES[c.kind]) for c in self.columns})

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return ``frame`` if it has this table's columns, dtypes and a unique key; raise DataError otherwise."""
        faults = [f"column {c.name} is missing" for c in self.columns if c.name not in frame.columns]
        faults += [
            f"column {c.name} is {frame[c.name].dtype}, expected {DTYPES[c.kind]}"
            for c in self.columns
            if c.name in frame.columns and str(frame[c.name].dtype) != DTYPES[c.kind]
        ]
        faults += [
            f"column {name} is empty in {int(frame[name].isna().sum())} rows"
            for name in self.required
            if name in frame.columns and frame[name].isna().any()
        ]
        key = [name for name in self.key if name in frame.columns]
        doubles = int(frame.duplicated(key).sum()) if key else 0
        if doubles:
            faults.append(f"key ({', '.join(key)}) stands twice in {doubles} rows")
        if faults:
            raise DataError(f"table {self.name}: " + "; ".join(faults))
        return frame


def _id(name: str, meaning: str, required: bool = False) -> Column:
    return Column(name, "id", meaning, required)


CUSTOMER_ID = _id("customer_id", "the customer", required=True)
KNOWN_AT = Column("known_at", "time", "when the company could know of the row; the row's own time where not mapped")

CUSTOMERS = Table(
    "customers",
    "one row per customer and validity",
    ("customer_id", "valid_from"),
    "valid_from",
    (
        CUSTOMER_ID,
        Column("valid_from", "time", "from when the row holds; not mapped: the row is today's value, no feature"),
        Column("display_name", "text", "the name a person reads on the list"),
        Column("signed_up_at", "time", "when the customer relationship began"),
        Column("segment", "text", "the company's own customer segment"),
        Column("region", "text", "region"),
        Column("contact_allowed", "bool", "whether the customer may be contacted"),
        Column("email", "text", "e-mail address"),
        Column("margin", "number", "margin the company earns a year with the customer", unit="currency / year"),
    ),
)

INTERACTIONS = Table(
    "interactions",
    "one event",
    ("event_id",),
    "occurred_at",
    (
        _id("event_id", "the event; made from the row's content where not mapped", required=True),
        CUSTOMER_ID,
        Column("occurred_at", "time", "when it happened", required=True),
        KNOWN_AT,
        Column("kind", "text", "order, login, return, price_increase, …", required=True),
        Column("amount", "number", "money moved", unit="currency"),
        Column("quantity", "number", "pieces"),
        Column("channel", "text", "shop, web, app, phone, …"),
        Column("topic", "text", "category or product group"),
    ),
)

TICKETS = Table(
    "tickets",
    "one service ticket",
    ("ticket_id",),
    "opened_at",
    (
        _id("ticket_id", "the ticket", required=True),
        CUSTOMER_ID,
        Column("opened_at", "time", "when the customer asked", required=True),
        KNOWN_AT,
        Column("first_response_at", "time", "first answer by a person; counts once it is past"),
        Column("resolved_at", "time", "when it was resolved; counts once it is past"),
        Column("reopened_at", "time", "when the customer came back to it; counts once it is past"),
        Column("priority", "text", "priority at the opening"),
        Column("channel", "text", "channel of the opening"),
        Column("topic", "text", "topic at the opening"),
        Column("satisfaction", "number", "the customer's mark for the ticket; counts once it is resolved"),
        Column("text", "text", "what the customer wrote at the opening; only signals are made of it"),
    ),
)

COMPLAINTS = Table(
    "complaints",
    "one complaint",
    ("complaint_id",),
    "filed_at",
    (
        _id("complaint_id", "the complaint", required=True),
        CUSTOMER_ID,
        Column("filed_at", "time", "when it was filed", required=True),
        KNOWN_AT,
        Column("answered_at", "time", "first answer; counts once it is past"),
        Column("resolved_at", "time", "when it was settled; counts once it is past"),
        Column("severity", "number", "severity at filing, higher is worse"),
        Column("topic", "text", "topic"),
        _id("ticket_id", "the ticket it grew from"),
        Column("compensation", "number", "compensation paid; counts once it is resolved", unit="currency"),
        Column("text", "text", "what the customer wrote at filing; only signals are made of it"),
    ),
)

CONTRACTS = Table(
    "contracts",
    "one contract and validity",
    ("contract_id", "valid_from"),
    "started_at",
    (
        _id("contract_id", "the contract", required=True),
        CUSTOMER_ID,
        Column("valid_from", "time", "from when plan, fee, renewal hold; not mapped: today's value"),
        Column("started_at", "time", "when the contract began", required=True),
        KNOWN_AT,
        Column("ended_at", "time", "when the contract ended or will end; counts once it is past"),
        Column("cancelled_at", "time", "when notice was given; counts once it is past"),
        Column("end_reason", "text", "why it ended; never a feature"),
        Column("renewal_at", "time", "the next renewal as of valid_from"),
        Column("plan", "text", "tariff or plan as of valid_from"),
        Column("monthly_fee", "number", "fee as of valid_from", unit="currency / month"),
        Column("auto_renew", "bool", "whether it renews by itself as of valid_from"),
    ),
)

SURVEYS = Table(
    "surveys",
    "one answer",
    ("survey_id",),
    "answered_at",
    (
        _id("survey_id", "the answer", required=True),
        CUSTOMER_ID,
        Column("sent_at", "time", "when the question was sent"),
        Column("answered_at", "time", "when it was answered; a survey without answer has none"),
        KNOWN_AT,
        Column("kind", "text", "nps or csat", required=True),
        Column("score", "number", "0 to 10 (nps), the company's own scale (csat)"),
    ),
)

PAYMENTS = Table(
    "payments",
    "one invoice",
    ("invoice_id",),
    "due_at",
    (
        _id("invoice_id", "the invoice", required=True),
        CUSTOMER_ID,
        Column("issued_at", "time", "when it was written"),
        Column("due_at", "time", "when it was or is due", required=True),
        KNOWN_AT,
        Column("paid_at", "time", "when it was paid; counts once it is past"),
        Column("failed_at", "time", "when a collection failed; counts once it is past"),
        Column("amount", "number", "amount due", unit="currency"),
        Column("method", "text", "means of payment"),
    ),
)

LOYALTY = Table(
    "loyalty",
    "one points movement",
    ("movement_id",),
    "occurred_at",
    (
        _id("movement_id", "the movement", required=True),
        CUSTOMER_ID,
        Column("occurred_at", "time", "when it was booked", required=True),
        KNOWN_AT,
        Column("kind", "text", "earned, redeemed or expired", required=True),
        Column("points", "number", "earned above zero, redeemed and expired below", required=True, unit="points"),
        Column("expires_at", "time", "when earned points lapse, known at the booking"),
        Column("tier", "text", "tier after the movement"),
    ),
)

CONTACTS = Table(
    "contacts",
    "one contact with the customer",
    ("contact_id",),
    "contacted_at",
    (
        _id("contact_id", "the contact", required=True),
        CUSTOMER_ID,
        Column("contacted_at", "time", "when the contact was made, or would have been (held out)", required=True),
        KNOWN_AT,
        Column("campaign", "text", "campaign"),
        Column("channel", "text", "channel"),
        Column("arm", "text", "treated or held_out; empty: treated"),
        Column("propensity", "number", "probability of the arm at assignment"),
        Column("opened_at", "time", "opened; counts once it is past"),
        Column("clicked_at", "time", "clicked; counts once it is past"),
        Column("unsubscribed_at", "time", "unsubscribed; counts once it is past"),
        Column("cost", "number", "what the contact cost", unit="currency"),
    ),
)

CANONICAL: dict[str, Table] = {
    t.name: t for t in (CUSTOMERS, INTERACTIONS, TICKETS, COMPLAINTS, CONTRACTS, SURVEYS, PAYMENTS, LOYALTY, CONTACTS)
}
