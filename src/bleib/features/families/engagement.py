"""Contact, campaigns, use of the product beside the main activity."""

from __future__ import annotations

from bleib.features.declaration import Events, Feature
from bleib.features.families.further import of_kind
from bleib.features.families.wording import USE_KINDS, further_kinds, rare, reason, times
from bleib.features.inventory import Inventory

MADE = Events(("contact_made",))


def declare(data: Inventory) -> list[Feature]:
    """Contacts made, opened, clicked, unsubscribed; interactions that are no use of the product; channels."""
    return [
        Feature(
            "engagement_contacts_91", "engagement", "contacts by the company in the last 91 days", "events", "either",
            MADE, "count", window_days=91,
            reason=rare(
                "{value} contacts by us in the last 91 days",
                "{value} Kontakte von uns in den letzten 91 Tagen",
            ),
        ),
        Feature(
            "engagement_opens_91", "engagement", "contacts opened in the last 91 days", "events", "down",
            Events(("contact_opened",)), "count", window_days=91,
            reason=reason(
                "opened {value:none|only #} of our messages in the last 91 days",
                "in den letzten 91 Tagen {value:keine|nur #} unserer Nachrichten geöffnet",
            ),
        ),
        Feature(
            "engagement_open_share_91", "engagement", "contacts opened ÷ contacts made in the last 91 days", "share",
            "down", combine="ratio", of="engagement_opens_91", than="engagement_contacts_91",
            reason=reason(
                "opened {value:none|only #} of our messages in the last 91 days",
                "in den letzten 91 Tagen {value:keine|nur #} unserer Nachrichten geöffnet",
            ),
        ),
        Feature(
            "engagement_open_days", "engagement", "days since a contact was last opened", "days", "up",
            Events(("contact_opened",)), "days_since_last",
            reason=reason(
                "none of our messages opened for {value} days",
                "seit {value} Tagen keine unserer Nachrichten geöffnet",
            ),
        ),
        Feature(
            "engagement_clicks_182", "engagement", "contacts clicked in the last 182 days", "events", "down",
            Events(("contact_clicked",)), "count", window_days=182,
            reason=reason(
                "only {value} clicks on our messages in the last 182 days",
                "nur {value} Klicks auf unsere Nachrichten in den letzten 182 Tagen",
            ),
        ),
        Feature(
            "engagement_unsubscribes", "engagement", "times unsubscribed", "events", "up",
            Events(("contact_unsubscribed",)), "count",
            reason=times(
                "unsubscribed from our messages {value} times", "unsere Nachrichten {value}-mal abbestellt"
            ),
        ),
        Feature(
            "engagement_channels_182", "engagement", "channels used in the last 182 days", "events", "down",
            Events((*data.main, *further_kinds(data))), "distinct_channels", window_days=182,
            reason=reason(
                "only {value} channels used in the last 182 days",
                "nur {value} Kanäle in den letzten 182 Tagen genutzt",
            ),
        ),
        *(
            entry
            for kind in further_kinds(data)
            if kind not in USE_KINDS
            for entry in of_kind(kind, "engagement", "either")
        ),
    ]  # fmt: skip
