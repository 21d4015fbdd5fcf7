"""A forgotten loyalty card is worse than none."""

from __future__ import annotations

from bleib.features.declaration import Events, Feature
from bleib.features.families.wording import rare, reason, times
from bleib.features.inventory import Inventory

EARNED = Events(("points_earned",))
REDEEMED = Events(("points_redeemed",))
MOVED = Events(("points_earned", "points_redeemed", "points_expired"))
EXPIRY = Events(("points_expiry",))


def declare(data: Inventory) -> list[Feature]:
    """Balance, earning, redeeming, points about to lapse."""
    return [
        Feature(
            "loyalty_balance", "loyalty", "points balance", "points", "up", MOVED, "sum", "amount",
            reason=rare("{value} points lie unused", "{value} Punkte liegen ungenutzt"),
        ),
        *(
            Feature(
                f"loyalty_earned_{w}", "loyalty", f"points earned in the last {w} days", "points", "down", EARNED,
                "sum", "amount", w,
                reason=reason(
                    f"only {{value}} points earned in the last {w} days",
                    f"nur {{value}} Punkte in den letzten {w} Tagen gesammelt",
                ),
            )
            for w in (91, 364)
        ),
        Feature(
            "loyalty_redemptions_364", "loyalty", "redemptions in the last 364 days", "events", "down", REDEEMED,
            "count", window_days=364,
            reason=reason(
                "only {value} redemptions in the last 364 days",
                "nur {value} Einlösungen in den letzten 364 Tagen",
            ),
        ),
        Feature(
            "loyalty_redeemed_days", "loyalty", "days since points were last redeemed", "days", "up", REDEEMED,
            "days_since_last",
            reason=reason("no points redeemed for {value} days", "seit {value} Tagen keine Punkte eingelöst"),
        ),
        Feature(
            "loyalty_movement_days", "loyalty", "days since the points last moved", "days", "up", MOVED,
            "days_since_last",
            reason=reason("points untouched for {value} days", "Punkte seit {value} Tagen unberührt"),
        ),
        *(
            Feature(
                f"loyalty_expiring_{w}", "loyalty", f"points that lapse within the next {w} days", "points", "up",
                EXPIRY, "sum_ahead", "amount", w,
                reason=rare(
                    f"{{value}} points about to lapse within {w} days",
                    f"Verfall von {{value}} Punkten binnen {w} Tagen",
                ),
            )
            for w in (28, 91)
        ),
        Feature(
            "loyalty_expired_364", "loyalty", "bookings of lapsed points in the last 364 days", "events", "up",
            Events(("points_expired",)), "count", window_days=364,
            reason=times(
                "points lapsed {value} times in the last 364 days",
                "in den letzten 364 Tagen {value}-mal Punkte verfallen",
                ("for most customers never", "bei den meisten nie"),
            ),
        ),
    ]  # fmt: skip
