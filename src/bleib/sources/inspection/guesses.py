"""From names and contents of raw columns to a canonical table and its mapping. English and German names."""

from __future__ import annotations

import re

from bleib.sources.inspection.profiles import Profile, plain_name
from bleib.tables import CANONICAL

CUSTOMER = (
    r"^(customer|client|account|caller|user|member|household|shopper|cust|kd|kunden?|konto|mitglieds?|nutzer"
    r"|debitor(en)?|abonnent(en)?|mandant(en)?|teilnehmer|patient(en)?|geschaeftspartner)"
    r"_?(id|no|nr|number|nummer|key|code)?$"
)
START = r"(open|submit|creat|start|begin|begonn|issue|eroeffnet|eingegangen|gemeldet|angelegt|erstellt|erfasst)"
WHEN = r"(date|datum|time|zeit|timestamp|^ts$|_ts$|_at$|_am$|occurred|booked|gebucht|day|tag)"
RECORDED = r"ingest|received|loaded|recorded|arriv|erfasst"
ID = r"(^|_)(id|no|nr|number|nummer)$|^(survey|umfrage)$"

# Canonical column: what its raw name looks like. Earlier columns choose first.
ROLES: dict[str, dict[str, str]] = {
    "customers": {
        "valid_from": r"valid_from|gueltig_(ab|von)",
        "display_name": r"^(?!first_|given_)(.+_)?name$|^nachname$|company|firma",
        "signed_up_at": r"sign_?up|register|since|created|joined|angemeldet|(kunde|mitglied)_seit|eintritt|beitritt"
        r"|anlage",
        "segment": r"segment|industry|branche|type|typ$|gruppe",
        "region": r"region|country|land$|state|bundesland|ort$|city",
        "contact_allowed": r"opt_?in|consent|contact_allowed|kontakt_erlaubt|werbung|einwilligung",
        "email": r"e_?mail",
        "margin": r"margin|marge|deckungsbeitrag",
    },
    "interactions": {
        "event_id": r"^(order|invoice|event|transaction|basket|usage|bestell|beleg|auftrags?|vorgangs?|churn_event)_?"
        r"(id|no|nr|number|nummer)$|^rma(_(id|no|nr|number|nummer))?$",
        "known_at": RECORDED + r"|eingang|announced|mitgeteilt|angekuendigt",
        "occurred_at": WHEN + r"|bestellt|gekauft|gilt_ab|effective|wirksam",
        "amount": r"amount|total|betrag|summe|umsatz|revenue|sales|turnover|^value$|wert$|refund|erstattung",
        "quantity": r"quantity|qty|menge|anzahl|stueck|count$",
        "channel": r"channel|contact_type|kanal|platform|device|medium",
        "topic": r"category|product|topic|stock_?code|warengruppe|kategorie|thema|feature_name|artikel|sku"
        r"|reason|grund$",
    },
    "tickets": {
        "ticket_id": r"^(ticket|incident|case|request|anfrage|vorgangs?)_?(id|no|nr|number|nummer)?$|^number$|^id$",
        "opened_at": r"(^|_)eingang(_|s|$)|" + START + r"|^date$|^datum$",
        "first_response_at": r"first_(response|answer|reply)(?!.*(minute|hour))|erste_antwort",
        "resolved_at": r"resolved_(at|on|date)|^resolved$|solved|geloest|erledigt|geschlossen"
        r"|closed_(at|on|date)|^closed$",
        "reopened_at": r"reopened|wiedereroeffnet",
        "priority": r"^priority$|prioritaet",
        "channel": r"channel|contact_type|kanal",
        "topic": r"^category$|topic|thema|kategorie|reason|grund|betreff|subject",
        "satisfaction": r"satisfaction|csat|zufriedenheit|rating|mark",
    },
    "complaints": {
        "complaint_id": r"^(complaint|beschwerde|reklamations?)_?(id|no|nr|number|nummer)?$|^id$",
        "filed_at": r"filed|(^|_)eingang(_|s|$)|" + START + r"|^date$|^datum$",
        "answered_at": r"answer|beantwortet|response",
        "resolved_at": r"resolved|solved|closed|erledigt|geloest|geschlossen",
        "severity": r"severity|schwere",
        "topic": r"topic|category|thema|kategorie|grund|reason",
        "ticket_id": r"ticket",
        "compensation": r"compensation|refund|entschaedigung|gutschrift",
    },
    "contracts": {
        "contract_id": r"^(contract|subscription|policy|vertrags?|abo)_?(id|no|nr|number|nummer)?$|^id$",
        "valid_from": r"valid_from|gueltig_(ab|von)",
        "started_at": START + r"|beginn",
        "cancelled_at": r"cancel|notice|kuendigung|gekuendigt",
        "ended_at": r"end(ed)?(_|$)|terminat|expir|ende$|ablauf",
        "end_reason": r"reason|grund",
        "renewal_at": r"renewal|verlaengerung(?!.*auto)",
        "plan": r"plan|tarif|product|produkt|tier",
        "monthly_fee": r"mrr|monthly|fee|monatlich|gebuehr|beitrag",
        "auto_renew": r"auto",
    },
    "surveys": {
        "survey_id": r"^(survey|response|answer|umfrage|antwort)_?(id|no|nr)$|^id$",
        "sent_at": r"sent|versendet|versandt|verschickt|gesendet",
        "answered_at": r"answer|respond|submitted|beantwortet|" + WHEN,
        "score": r"score|nps|rating|csat|note$|bewertung|punkte|wert$",
    },
    "payments": {
        "invoice_id": r"^(invoice|payment|bill|rechnungs?|zahlungs?)_?(id|no|nr|number|nummer)$|^id$",
        "issued_at": r"issued|invoice_date|ausgestellt|rechnungsdatum|created",
        "due_at": r"due|faellig",
        "paid_at": r"paid|bezahlt|payment_date|gezahlt",
        "failed_at": r"failed|ruecklast|fehlgeschlagen|rejected",
        "amount": r"amount|total|betrag|summe",
        "method": r"method|zahlart|zahlungsart|means",
    },
    "loyalty": {
        "movement_id": r"^(movement|transaction|buchungs?)_?(id|no|nr)?$|^id$",
        "occurred_at": r"(?!.*(expir|verf))(" + WHEN + r")",
        "points": r"points|punkte",
        "expires_at": r"expir|verf",
        "tier": r"tier|level|stufe|status",
    },
    "contacts": {
        "contact_id": r"^(contact|mailing|kontakt|message)_?(id|no|nr)$|^id$",
        "contacted_at": r"sent|contacted|kontakt(iert|datum)|versendet|versandt|" + WHEN,
        "campaign": r"campaign|kampagne|aktion",
        "channel": r"channel|kanal|medium",
        "arm": r"^arm$|group|gruppe|variant",
        "propensity": r"propensity",
        "opened_at": r"open|geoeffnet",
        "clicked_at": r"click|geklickt",
        "unsubscribed_at": r"unsub|abgemeldet",
        "cost": r"cost|kosten",
    },
}

# What the names of a file and its columns must look like; the table with the most hits wins, interactions else.
TABLE_NAMES = {
    "tickets": r"ticket|incident|support|helpdesk|anfrage",
    "complaints": r"complaint|beschwerde|reklamation",
    "surveys": r"survey|nps|csat|umfrage",
    "payments": r"payment|rechnung|zahlung|billing|invoice",
    "loyalty": r"loyalty|points|punkte|bonus",
    "contacts": r"campaign|mailing|newsletter|kampagne|contacts",
    "contracts": r"contract|subscription|polic|vertrag|vertraeg|(^|_)abos?($|_)",
    "customers": r"customer|account|client|kunde|member|mitglied",
    "interactions": r"order|bestell|login|usage|event|transaction|retail|sales|visit|click|log(_|$)|umsatz|kauf",
}
# Times without which a table cannot be what its name says.
NEEDED = {
    "payments": ("due_at", "paid_at"),
    "surveys": ("score",),
    "loyalty": ("points",),
    "contracts": ("started_at",),
    "tickets": ("opened_at",),
    "complaints": ("filed_at",),
}
STATE_CHANGE = r"(sys_)?(updated|changed|modified|geaendert|aktualisiert)_?(at|on|am|date)?$"
KIND = r"^(kind|type|event|event_type|event_name|action|vorgang|art|typ|aktion|activity)$"


def guess_table(stem: str, profiles: list[Profile], customer: str) -> str:
    """The canonical table that the file's name and its columns speak for."""
    scores = {table: _score(table, stem, profiles, customer) for table in TABLE_NAMES}
    best = max(scores, key=lambda table: scores[table])
    return best if scores[best] > 0 else "interactions"


def guess_columns(table: str, profiles: list[Profile], customer: str) -> dict[str, str]:
    """Canonical column: raw column. Each raw column is used once; kinds must agree. ``customer`` may be empty."""
    found = {"customer_id": customer} if customer else {}
    canonical_table = CANONICAL[table]
    recorded = {"known_at": RECORDED} if "known_at" in canonical_table.names else {}
    for canonical, pattern in {**recorded, **ROLES[table]}.items():
        kind = canonical_table.column(canonical).kind
        for candidate in profiles:
            used = candidate.name in found.values()
            if not used and _agrees(kind, candidate) and re.search(pattern, candidate.key):
                found[canonical] = candidate.name
                break
    key = canonical_table.key[0]
    others = [p.name for p in profiles if p.unique and re.search(ID, p.key) and p.name not in found.values()]
    if key not in found and others and key != "customer_id":
        found[key] = others[0]
    clocks = [p.name for p in profiles if p.kind == "time"]
    if table == "interactions" and len(clocks) == 1 and clocks[0] not in found.values():
        found.setdefault("occurred_at", clocks[0])
    return found


def only_time(table: str, columns: dict[str, str]) -> str:
    """The column that is taken for when an event happened by nothing but being the only time; empty where none is."""
    column = columns.get("occurred_at", "") if table == "interactions" else ""
    return "" if re.search(ROLES["interactions"]["occurred_at"], plain_name(column)) else column


def customer_column(profiles: list[Profile]) -> str:
    """The raw column that names the customer; empty where none does."""
    told = [p for p in profiles if p.kind != "time"]
    inner = [p for p in told if "." in p.name and re.search(CUSTOMER, plain_name(p.name.rsplit(".")[-1]))]
    hits = [p for p in told if re.search(CUSTOMER, p.key)] or inner
    ids = [p for p in hits if not re.search(r"^(customer|client|account|kunde|konto|user)$", p.key)]
    return (ids or hits)[0].name if hits else ""


def state_column(profiles: list[Profile]) -> str:
    """The time of a state change; empty where there is none."""
    hits = [p.name for p in profiles if p.kind == "time" and re.search(STATE_CHANGE, p.key)]
    return hits[0] if hits else ""


def kind_column(profiles: list[Profile]) -> Profile | None:
    """The column that names the kind of an event."""
    hits = [p for p in profiles if re.search(KIND, p.key) and 1 <= p.distinct <= 30 and p.kind == "text"]
    return hits[0] if hits else None


def constant_kind(stem: str, has_amount: bool) -> str:
    """The kind of all events of a file without a kind column, by the name of the file."""
    words = {
        "churn": "churn",
        "login": "login",
        "usage": "usage",
        "nutzung": "usage",
        "visit": "visit",
        "besuch": "visit",
        "return": "return",
        "retoure": "return",
    }
    name = plain_name(stem)
    return next((kind for word, kind in words.items() if word in name), "order" if has_amount else "event")


def _score(table: str, stem: str, profiles: list[Profile], customer: str) -> float:
    pattern = TABLE_NAMES[table]
    columns = guess_columns(table, profiles, customer)
    needed = NEEDED.get(table, ())
    if needed and not any(name in columns for name in needed):
        return 0.0
    who = next((p for p in profiles if p.name == customer), None)
    if table == "customers" and (who is None or not (who.unique or "valid_from" in columns)):
        return 0.0
    key = CANONICAL[table].key[0]
    named = 3.0 if re.search(pattern, plain_name(stem)) else 0.0
    by_key = 2.0 if key in columns and re.search(pattern, plain_name(columns[key])) and key != "customer_id" else 0.0
    return named + by_key + 0.3 * len(set(columns) - {"customer_id"}) if named or by_key else 0.0


def _agrees(kind: str, candidate: Profile) -> bool:
    if kind in {"time", "number", "bool"}:
        return candidate.kind == kind
    return candidate.kind != "time"


def merge_columns(profiles: list[Profile]) -> tuple[str, str] | None:
    """(old, new) where a file is a table of merged ids: few columns, one named old and one named new."""
    if len(profiles) > 4:
        return None
    old = [p.name for p in profiles if re.search(r"^(old|alt|alte|from|merged)(_|$)", p.key)]
    new = [p.name for p in profiles if re.search(r"^(new|neu|neue|into|surviving)(_|$)", p.key)]
    return (old[0], new[0]) if old and new else None


KNOWN_KINDS = {
    "earned": r"earn|gutgeschrieben|gesammelt|credit",
    "redeemed": r"redeem|eingeloest|spent|debit",
    "expired": r"expir|verfallen",
    "order": r"^(order|bestellung|purchase|kauf|sale)$",
    "return": r"^(return|retoure|refund|storno|rueckgabe)$",
    "login": r"^(login|log_in|anmeldung|sign_in)$",
    "price_increase": r"price_(increase|rise)|preiserhoehung",
    "discount": r"^(discount|rabatt)$",
}


def known_kind(table: str, value: str) -> str:
    """bleib's word for a raw kind where it has one, else the raw kind in plain letters."""
    key = plain_name(value)
    mine = KNOWN_KINDS if table == "interactions" else {k: KNOWN_KINDS[k] for k in ("earned", "redeemed", "expired")}
    return next((kind for kind, pattern in mine.items() if re.search(pattern, key)), key)
