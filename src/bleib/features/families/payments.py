"""Simple, safe payment keeps people."""

from __future__ import annotations

from bleib.features.declaration import Events, Feature
from bleib.features.families.wording import rare, reason, times
from bleib.features.inventory import Inventory

DUE = Events(("payment_due",))
PAID = Events(("payment_paid",))
FAILED = Events(("payment_failed",))


def declare(data: Inventory) -> list[Feature]:
    """Failed and late payments, what is overdue, changes of the means of payment."""
    return [
        *(
            Feature(
                f"payments_failed_{w}", "payments", f"failed collections in the last {w} days", "events", "up", FAILED,
                "count", window_days=w,
                reason=rare(
                    f"{{value}} failed payments in the last {w} days",
                    f"{{value}} fehlgeschlagene Zahlungen in den letzten {w} Tagen",
                ),
            )
            for w in (91, 364)
        ),
        Feature(
            "payments_failed_days", "payments", "days since the last failed collection", "days", "down", FAILED,
            "days_since_last",
            reason=reason(
                "a payment failed only {value} days ago",
                "eine Zahlung ist erst vor {value} Tagen fehlgeschlagen",
            ),
        ),
        Feature(
            "payments_overdue_now", "payments", "invoices past their due date and not paid", "events", "up", DUE,
            "open_count",
            reason=rare("{value} invoices overdue", "{value} überfällige Rechnungen"),
        ),
        Feature(
            "payments_overdue_amount", "payments", "amount of the invoices overdue", "currency", "up", DUE, "open_sum",
            "amount",
            reason=rare(
                "{value} overdue", "{value} überfällig", ("for most customers nothing", "bei den meisten nichts")
            ),
        ),
        Feature(
            "payments_overdue_longest_days", "payments", "days since the oldest unpaid invoice was due", "days", "up",
            DUE, "open_longest_days",
            reason=reason(
                "an invoice has been overdue for {value} days",
                "eine Rechnung ist seit {value} Tagen überfällig",
            ),
        ),
        Feature(
            "payments_late_days_182", "payments", "mean days between due date and payment, last 182 days", "days", "up",
            PAID, "mean", "amount", 182,
            reason=reason(
                "pays {value:# days before|on|# days after} the due date on average",
                "zahlt im Mittel {value:# Tage vor|am Tag der|# Tage nach} Fälligkeit",
                (
                    "{typical:# days before|on the day|# days after}",
                    "{typical:# Tage davor|am selben Tag|# Tage danach}",
                ),
            ),
        ),
        Feature(
            "payments_late_days_last", "payments", "days between due date and payment of the newest payment", "days",
            "up", PAID, "last", "amount", meaning_de="Tage von der Fälligkeit bis zur Zahlung, zuletzt",
        ),
        Feature(
            "payments_method_changes_364", "payments", "changes of the means of payment in the last 364 days", "events",
            "either", Events(("payment_method_changed",)), "count", window_days=364,
            reason=times(
                "{value:never changed the means of payment|changed the means of payment # times} in the last 364 days",
                "in den letzten 364 Tagen {value:nie|#-mal} die Zahlungsart gewechselt",
            ),
        ),
    ]  # fmt: skip
