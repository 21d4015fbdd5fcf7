"""Contact, campaigns, use of the product beside the main activity."""

from __future__ import annotations

from bleib.features.declaration import Events, Feature
from bleib.features.families.wording import further_kinds, noun, reason
from bleib.features.inventory import Inventory

MADE = Events(("contact_made",))


def declare(data: Inventory) -> list[Feature]:
    """Contacts made, opened, clicked, unsubscribed; the other interactions; channels."""
    return [
        Feature(
            "engagement_contacts_91", "engagement", "contacts by the company in the last 91 days", "events", "either",
            MADE, "count", window_days=91,
            reason=reason(
                "{value} contacts by us in the last 91 days",
                "{value} Kontakte von uns in den letzten 91 Tagen",
            ),
        ),
        Feature(
            "engagement_opens_91", "engagement", "contacts opened in the last 91 days", "events", "down",
            Events(("contact_opened",)), "count", window_days=91,
            reason=reason(
                "only {value} mails opened in the last 91 days",
                "nur {value} Mails in den letzten 91 Tagen geöffnet",
            ),
        ),
        Feature(
            "engagement_open_share_91", "engagement", "contacts opened ÷ contacts made in the last 91 days", "share",
            "down", combine="ratio", of="engagement_opens_91", than="engagement_contacts_91",
            reason=reason("opened only {value} of our mails", "nur {value} unserer Mails geöffnet"),
        ),
        Feature(
            "engagement_open_days", "engagement", "days since a contact was last opened", "days", "up",
            Events(("contact_opened",)), "days_since_last",
            reason=reason("no mail opened for {value} days", "seit {value} Tagen keine Mail geöffnet"),
        ),
        Feature(
            "engagement_clicks_182", "engagement", "contacts clicked in the last 182 days", "events", "down",
            Events(("contact_clicked",)), "count", window_days=182,
            reason=reason("only {value} clicks in the last 182 days", "nur {value} Klicks in den letzten 182 Tagen"),
        ),
        Feature(
            "engagement_unsubscribes", "engagement", "times unsubscribed", "events", "up",
            Events(("contact_unsubscribed",)), "count",
            reason=reason("unsubscribed {value} times", "{value}-mal abgemeldet"),
        ),
        Feature(
            "engagement_channels_182", "engagement", "channels used in the last 182 days", "events", "down",
            Events((*data.main, *further_kinds(data))), "distinct_channels", window_days=182,
            reason=reason(
                "only {value} channels used in the last 182 days",
                "nur {value} Kanäle in den letzten 182 Tagen genutzt",
            ),
        ),
        *(entry for kind in further_kinds(data) for entry in _other(kind)),
    ]  # fmt: skip


def _other(kind: str) -> list[Feature]:
    """Frequency and trend of a further kind of interactions."""
    what, events = noun((kind,)), Events((kind,))
    return [
        *(
            Feature(
                f"engagement_{what.slug}_count_{w}", "engagement", f"{what.en_many} in the last {w} days", "events",
                "either", events, "count", window_days=w,
                reason=reason(
                    f"{{value}} {what.en_many} in the last {w} days",
                    f"{{value}} {what.de_many} in den letzten {w} Tagen",
                ),
            )
            for w in (14, 28, 91, 364)
        ),
        Feature(
            f"engagement_{what.slug}_days_91", "engagement", f"days with {what.en_many} in the last 91 days", "days",
            "either", events, "distinct_days", window_days=91,
        ),
        *(
            Feature(
                f"engagement_{what.slug}_trend_{w}", "engagement",
                f"{what.en_many} in the last {w} days less those in the {w} days before", "events", "down", events,
                "trend", window_days=w,
                reason=reason(
                    f"{what.en_many} of the last {w} days against the {w} days before: {{value}}",
                    f"{what.de_many} der letzten {w} Tage gegenüber den {w} Tagen davor: {{value}}",
                ),
            )
            for w in (28, 91)
        ),
    ]  # fmt: skip
