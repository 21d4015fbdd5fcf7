"""The raw exports of Nordlicht Box, each as its own system writes it."""

from __future__ import annotations

import pandas as pd

from bleib.demo.exports import billing, marketing, master, service, usage
from bleib.demo.exports.desk import Desk


def write_exports(desk: Desk) -> pd.Series:
    """Write every file; gives the contact id of each retention contact by its number in the truth."""
    master.customers(desk)
    master.merges(desk)
    usage.orders(desk)
    usage.logins(desk)
    billing.price_changes(desk)
    service.tickets_and_complaints(desk)
    master.contracts(desk)
    marketing.surveys(desk)
    billing.payments(desk)
    billing.loyalty(desk)
    return marketing.contacts(desk)
