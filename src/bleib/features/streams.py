"""Canonical tables → one long stream of events.

Every second time of a row (``resolved_at``, ``paid_at``, …) becomes an event of its own, known at the later of itself
and the row. ``ends_at`` says when something that an event began is over; the kernel looks at it only once it is past.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pandas as pd

from bleib.clock import hours_between, latest_of, shift_times
from bleib.errors import SettingsError
from bleib.features.said import SIGNALS, signals_of
from bleib.settings import Features, suggestion
from bleib.tables import CANONICAL, DTYPES
from bleib.versions import in_versions, never_ran

STREAM: dict[str, str] = {
    "customer_id": DTYPES["id"],
    "kind": DTYPES["text"],
    "occurred_at": DTYPES["time"],
    "known_at": DTYPES["time"],
    "ends_at": DTYPES["time"],
    "amount": DTYPES["number"],
    "quantity": DTYPES["number"],
    "channel": DTYPES["text"],
    "topic": DTYPES["text"],
}

ONBOARDING_DAYS = 28
DETRACTOR_SCORE = 6  # NPS answers 0–6
ALWAYS = pd.Timestamp("1970-01-01", tz="UTC")  # since when a column declared constant is known

# The columns that hold today's value where valid_from is not mapped, and the kind of event that each gives.
VERSIONED: dict[str, str] = {
    "contracts.renewal_at": "contract_renewal",
    "contracts.plan": "contract_plan",
    "contracts.monthly_fee": "contract_fee",
    "contracts.auto_renew": "contract_auto_renew",
    "customers.segment": "customer_segment",
    "customers.region": "customer_region",
    "customers.margin": "customer_margin",
}

# Every kind that the tables beside interactions give: table, what it is.
KINDS: dict[str, tuple[str, str]] = {
    "signed_up": ("customers", "the relationship began"),
    "customer_segment": ("customers", "segment holds (topic)"),
    "customer_region": ("customers", "region holds (topic)"),
    "customer_margin": ("customers", "margin holds (amount)"),
    "ticket_opened": ("tickets", "opened (amount = number of the priority); ends when resolved"),
    "ticket_answered": ("tickets", "first answer (amount = hours since the opening)"),
    "ticket_resolved": ("tickets", "resolved (amount = hours since the opening)"),
    "ticket_reopened": ("tickets", "the customer came back to it; ends when resolved after that"),
    "ticket_rated": ("tickets", "rated at the resolution (amount = mark)"),
    **{f"ticket_says_{name}": ("tickets", f"its text has a word of {name}; ends when resolved") for name in SIGNALS},
    "complaint_filed": ("complaints", "filed (amount = severity); ends when resolved"),
    "complaint_answered": ("complaints", "first answer (amount = hours since the filing)"),
    "complaint_resolved": ("complaints", "settled (amount = hours since the filing)"),
    "complaint_compensated": ("complaints", "settled with compensation (amount)"),
    **{
        f"complaint_says_{name}": ("complaints", f"its text has a word of {name}; ends when resolved")
        for name in SIGNALS
    },
    "contract_started": ("contracts", "began"),
    "contract_running": ("contracts", "began, by one version; ends when that is superseded or the contract ends"),
    "contract_cancelled": ("contracts", "notice given"),
    "contract_ended": ("contracts", "ended"),
    "contract_renewal": ("contracts", "next renewal; lies ahead, known from valid_from, ends when superseded"),
    "contract_plan": ("contracts", "plan holds (topic); ends when superseded"),
    "contract_fee": ("contracts", "fee set or changed (amount); ends when superseded"),
    "contract_fee_raise": ("contracts", "fee raised (amount = by how much)"),
    "contract_auto_renew": ("contracts", "auto-renewal on (1) or off (0); ends when superseded"),
    "survey_sent": ("surveys", "question sent; ends when answered"),
    "survey_nps": ("surveys", "NPS answer (amount = score)"),
    "survey_detractor": ("surveys", "NPS answer of 0–6"),
    "survey_csat": ("surveys", "CSAT answer (amount = score)"),
    "payment_due": ("payments", "due (amount); known before; ends when paid"),
    "payment_paid": ("payments", "paid (amount = days after the due date)"),
    "payment_failed": ("payments", "collection failed"),
    "payment_method_changed": ("payments", "an invoice with another means of payment than the one before"),
    "points_earned": ("loyalty", "points earned (amount)"),
    "points_redeemed": ("loyalty", "points redeemed (amount below zero)"),
    "points_expired": ("loyalty", "points lapsed (amount below zero)"),
    "points_expiry": ("loyalty", "points will lapse (amount); lies ahead, known at the booking"),
    "contact_made": ("contacts", "the company contacted the customer (topic = campaign)"),
    "contact_opened": ("contacts", "contact opened"),
    "contact_clicked": ("contacts", "contact clicked"),
    "contact_unsubscribed": ("contacts", "unsubscribed"),
    "onboarding_contact": ("contacts", f"contact in the first {ONBOARDING_DAYS} days after signing up"),
}


def event_stream(tables: Mapping[str, pd.DataFrame], features: Features) -> pd.DataFrame:
    """One row an event with the columns of STREAM, in no particular order.

    ``tables`` are canonical tables by name; absent ones are taken as empty. SettingsError if
    ``features.constant_columns`` names a column that is no attribute of today's value.
    """
    constant = _constant_columns(features)
    full = {name: tables[name].reset_index(drop=True) for name in MAKERS if len(tables.get(name, ()))}
    parts = [part for name in full for part in MAKERS[name](full, constant) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else _empty()


def count_versions(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row a column of VERSIONED (the index): ``told`` (rows that have it) and ``dated`` (those with valid_from).

    The counts of several buckets add up.
    """
    counts = {column: _told(tables.get(column.split(".")[0]), column.split(".")[1]) for column in VERSIONED}
    return pd.DataFrame.from_dict(counts, orient="index", columns=["told", "dated"]).rename_axis("column")


def _told(frame: pd.DataFrame | None, name: str) -> tuple[int, int]:
    if frame is None:
        return 0, 0
    told = frame[name].notna()
    return int(told.sum()), int((told & frame["valid_from"].notna()).sum())


def refused_columns(versions: pd.DataFrame, features: Features) -> dict[str, str]:
    """Kind → "table.column" for the attributes that hold today's value only and are therefore no features."""
    constant = _constant_columns(features)
    undated = versions.index[(versions["told"] > 0) & (versions["dated"] == 0)]
    return {VERSIONED[column]: column for column in undated if column not in constant}


def _constant_columns(features: Features) -> frozenset[str]:
    for column in features.constant_columns:
        if column not in VERSIONED:
            raise SettingsError(
                f"features.constant_columns: {column!r} is no attribute of today's value"
                + suggestion(column, list(VERSIONED))
            )
    return frozenset(features.constant_columns)


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in STREAM.items()})


def _events(
    frame: pd.DataFrame, kind: str | pd.Series, at: pd.Series, known: pd.Series, **more: pd.Series
) -> pd.DataFrame:
    """Events of one kind; rows without a time are left out; without ``known`` an event is known when it happens."""
    given = {"customer_id": frame["customer_id"], "kind": kind, "occurred_at": at, "known_at": known.fillna(at), **more}
    columns = {
        name: given[name] if name in given else pd.Series(None, index=frame.index, dtype=dtype)
        for name, dtype in STREAM.items()
    }
    return pd.DataFrame(columns, index=frame.index)[at.notna()].astype(STREAM)


def _later_events(frame: pd.DataFrame, kind: str, column: str, **more: pd.Series) -> pd.DataFrame:
    """Events from a second time of a row: known at the later of that time and the row."""
    return _events(frame, kind, frame[column], latest_of(frame[column], frame["known_at"]), **more)


def _interactions(tables: dict[str, pd.DataFrame], _: frozenset[str]) -> Iterator[pd.DataFrame]:
    frame = tables["interactions"]
    more = {name: frame[name] for name in ("amount", "quantity", "channel", "topic")}
    yield _events(frame, frame["kind"], frame["occurred_at"], frame["known_at"], **more)


def _customers(tables: dict[str, pd.DataFrame], constant: frozenset[str]) -> Iterator[pd.DataFrame]:
    frame = tables["customers"]
    yield _sign_ups(frame)
    for name in ("segment", "region"):
        yield _attribute(frame, f"customers.{name}", "customer_id", constant, topic=frame[name])
    yield _attribute(frame, "customers.margin", "customer_id", constant, amount=frame["margin"])


def _sign_ups(frame: pd.DataFrame) -> pd.DataFrame:
    events = _events(frame, "signed_up", frame["signed_up_at"], latest_of(frame["signed_up_at"], frame["valid_from"]))
    return _first_known(events, ["customer_id"])


def _first_known(events: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """One event a key: the one that was known first (of several versions of a row)."""
    return events.sort_values([*key, "known_at", "occurred_at"], kind="stable").drop_duplicates(key)


def _attribute(
    frame: pd.DataFrame,
    column: str,
    owner: str,
    constant: frozenset[str],
    at: pd.Series | None = None,
    **value: pd.Series,
) -> pd.DataFrame:
    """Events "from now on this value holds", ended by the next version of the same owner.

    A version is known from ``valid_from`` on; a row without it holds today's value and is left out unless the column
    is declared constant. ``at`` puts the event elsewhere than to where it is known (a renewal lies ahead).
    """
    since = _valid_since(frame, column, constant)
    known = since[since.notna()]  # of none, as pandas would fill an empty frame from the longer column
    usable = frame.loc[known.index].assign(since=known).sort_values([owner, "since", "valid_from"])
    superseded = usable.groupby(owner)["since"].shift(-1)
    occurred = usable["since"] if at is None else at.reindex(usable.index)
    more = {name: values.reindex(usable.index) for name, values in value.items()}
    more["ends_at"] = _earliest(superseded, more.get("ends_at", superseded))
    events = _events(usable, VERSIONED[column], occurred, usable["since"], **more)
    told = [name for name in ("amount", "topic") if name in value]
    return events.dropna(subset=told)


def _valid_since(frame: pd.DataFrame, column: str, constant: frozenset[str]) -> pd.Series:
    since = frame["valid_from"]
    if column in constant:
        since = since.fillna(frame["started_at"] if "started_at" in frame else pd.Series(ALWAYS, index=frame.index))
    return latest_of(since, frame["known_at"]) if "known_at" in frame else since


def _earliest(first: pd.Series, second: pd.Series) -> pd.Series:
    """The earlier of two times, row by row; a missing one leaves the other."""
    return first.where(~((second < first) | first.isna()), second)


def _tickets(tables: dict[str, pd.DataFrame], _: frozenset[str]) -> Iterator[pd.DataFrame]:
    frame = tables["tickets"]
    about = {"channel": frame["channel"], "topic": frame["topic"]}
    opened, resolved, reopened = frame["opened_at"], frame["resolved_at"], frame["reopened_at"]
    number = frame["priority"].str.extract(r"(\d+)", expand=False).astype("float64")
    yield _events(frame, "ticket_opened", opened, frame["known_at"], ends_at=resolved, amount=number, **about)
    for kind, column in (("ticket_answered", "first_response_at"), ("ticket_resolved", "resolved_at")):
        yield _later_events(frame, kind, column, amount=hours_between(opened, frame[column]), **about)
    yield _later_events(frame, "ticket_reopened", "reopened_at", ends_at=resolved.where(resolved > reopened), **about)
    rated = frame[frame["satisfaction"].notna()]
    yield _later_events(rated, "ticket_rated", "resolved_at", amount=rated["satisfaction"])
    yield from _said(frame, "ticket", "opened_at")


def _said(frame: pd.DataFrame, what: str, at: str) -> Iterator[pd.DataFrame]:
    """Events from the text of a ticket or complaint: one for each signal that is in it."""
    told = frame[frame["text"].notna()]
    for name, has_it in signals_of(told["text"]).items():
        part = told[has_it]
        yield _events(part, f"{what}_says_{name}", part[at], part["known_at"], ends_at=part["resolved_at"])


def _complaints(tables: dict[str, pd.DataFrame], _: frozenset[str]) -> Iterator[pd.DataFrame]:
    frame = tables["complaints"]
    filed, topic = frame["filed_at"], frame["topic"]
    severity, resolved = frame["severity"], frame["resolved_at"]
    yield _events(frame, "complaint_filed", filed, frame["known_at"], ends_at=resolved, amount=severity, topic=topic)
    for kind, column in (("complaint_answered", "answered_at"), ("complaint_resolved", "resolved_at")):
        yield _later_events(frame, kind, column, amount=hours_between(filed, frame[column]), topic=topic)
    paid = frame[frame["compensation"].notna()]
    yield _later_events(paid, "complaint_compensated", "resolved_at", amount=paid["compensation"])
    yield from _said(frame, "complaint", "filed_at")


def _contracts(tables: dict[str, pd.DataFrame], constant: frozenset[str]) -> Iterator[pd.DataFrame]:
    frame = in_versions(tables["contracts"])
    frame = frame[~never_ran(frame)]
    yield _first_of_contract(_events(frame, "contract_started", frame["started_at"], frame["arrived"]), frame, [])
    over = latest_of(frame["ended_at"], frame["arrived"])
    ends = _earliest(frame["superseded"], over)
    yield _events(frame, "contract_running", frame["started_at"], frame["arrived"], ends_at=ends)
    given = latest_of(frame["cancelled_at"], frame["arrived"])
    yield _first_of_contract(_events(frame, "contract_cancelled", frame["cancelled_at"], given), frame, ["occurred_at"])
    ended = frame[~(frame["superseded"] <= over)]  # of an end that was moved in time nothing was seen
    yield _first_of_contract(
        _events(ended, "contract_ended", ended["ended_at"], over.reindex(ended.index)), frame, ["occurred_at"]
    )
    for name, at, value in (
        ("plan", None, {"topic": frame["plan"]}),
        ("auto_renew", None, {"amount": frame["auto_renew"].astype("float64")}),
        ("renewal_at", frame["renewal_at"], {}),
    ):
        yield _attribute(frame, f"contracts.{name}", "contract_id", constant, at=at, **value, ends_at=over)
    yield from _fees(frame, constant)


def _first_of_contract(events: pd.DataFrame, frame: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Of the versions of a contract that tell the same event the one that was known first."""
    return _first_known(_of_contract(events, frame), ["contract", *key]).drop(columns="contract")


def _of_contract(events: pd.DataFrame, contracts: pd.DataFrame) -> pd.DataFrame:
    """The events with their contract; of no events (pandas would fill an empty frame from a longer column) none."""
    return events.assign(contract=contracts["contract_id"].reindex(events.index))


def _fees(frame: pd.DataFrame, constant: frozenset[str]) -> Iterator[pd.DataFrame]:
    filled = frame[frame["monthly_fee"].notna()]
    fees = _attribute(
        filled,
        "contracts.monthly_fee",
        "contract_id",
        constant,
        amount=filled["monthly_fee"],
        ends_at=latest_of(filled["ended_at"], filled["arrived"]),
    )
    yield fees
    raised = fees["amount"] - fees.groupby(filled["contract_id"].reindex(fees.index))["amount"].shift(1)
    raises = fees[raised > 0]
    yield _events(raises, "contract_fee_raise", raises["occurred_at"], raises["known_at"], amount=raised[raised > 0])


def _surveys(tables: dict[str, pd.DataFrame], _: frozenset[str]) -> Iterator[pd.DataFrame]:
    """``known_at`` is that of the answer; that the question was sent is known when it is sent."""
    frame = tables["surveys"]
    answered = latest_of(frame["answered_at"], frame["known_at"])
    yield _events(frame, "survey_sent", frame["sent_at"], frame["sent_at"], ends_at=answered)
    for name in ("nps", "csat"):
        part = frame[(frame["kind"] == name) & frame["score"].notna()]
        yield _later_events(part, f"survey_{name}", "answered_at", amount=part["score"])
    low = frame[(frame["kind"] == "nps") & (frame["score"] <= DETRACTOR_SCORE)]
    yield _later_events(low, "survey_detractor", "answered_at", amount=low["score"])


def _payments(tables: dict[str, pd.DataFrame], _: frozenset[str]) -> Iterator[pd.DataFrame]:
    frame = tables["payments"]
    due, paid = frame["due_at"], frame["paid_at"]
    yield _events(
        frame, "payment_due", due, frame["known_at"], ends_at=paid, amount=frame["amount"], topic=frame["method"]
    )
    yield _later_events(frame, "payment_paid", "paid_at", amount=hours_between(due, paid) / 24.0, topic=frame["method"])
    yield _later_events(frame, "payment_failed", "failed_at", amount=frame["amount"], topic=frame["method"])
    yield _method_changes(frame)


def _method_changes(frame: pd.DataFrame) -> pd.DataFrame:
    """Ordered by when the invoices were known, so that an invoice that arrives later changes nothing before it."""
    told = frame[frame["method"].notna()].sort_values(["customer_id", "known_at", "due_at", "method"])
    before = told.groupby("customer_id")["method"].shift(1)
    changed = told[before.notna() & (before != told["method"])]
    return _events(changed, "payment_method_changed", changed["known_at"], changed["known_at"], topic=changed["method"])


def _loyalty(tables: dict[str, pd.DataFrame], _: frozenset[str]) -> Iterator[pd.DataFrame]:
    frame = tables["loyalty"]
    yield _events(frame, "points_" + frame["kind"], frame["occurred_at"], frame["known_at"], amount=frame["points"])
    earned = frame[frame["kind"] == "earned"]
    yield _events(earned, "points_expiry", earned["expires_at"], earned["known_at"], amount=earned["points"])


def _contacts(tables: dict[str, pd.DataFrame], _: frozenset[str]) -> Iterator[pd.DataFrame]:
    """A customer who was held out was not contacted, so nothing happened to them."""
    frame = tables["contacts"]
    frame = frame[frame["arm"].fillna("treated") != "held_out"]
    about = {"channel": frame["channel"], "topic": frame["campaign"]}
    made = _events(frame, "contact_made", frame["contacted_at"], frame["known_at"], **about)
    yield made
    for kind in ("opened", "clicked", "unsubscribed"):
        yield _later_events(frame, f"contact_{kind}", f"{kind}_at", **about)
    yield _onboarding(made, _sign_ups(tables.get("customers", CANONICAL["customers"].empty())))


def _onboarding(contacts: pd.DataFrame, sign_ups: pd.DataFrame) -> pd.DataFrame:
    began = sign_ups.set_index("customer_id")
    of_contact = began[["occurred_at", "known_at"]].reindex(contacts["customer_id"]).set_axis(contacts.index)
    since, known = of_contact["occurred_at"], of_contact["known_at"]
    early = (contacts["occurred_at"] >= since) & (contacts["occurred_at"] < shift_times(since, ONBOARDING_DAYS))
    return contacts.assign(kind="onboarding_contact", known_at=latest_of(contacts["known_at"], known))[early]


MAKERS: dict[str, Callable[[dict[str, pd.DataFrame], frozenset[str]], Iterator[pd.DataFrame]]] = {
    "interactions": _interactions,
    "customers": _customers,
    "tickets": _tickets,
    "complaints": _complaints,
    "contracts": _contracts,
    "surveys": _surveys,
    "payments": _payments,
    "loyalty": _loyalty,
    "contacts": _contacts,
}
