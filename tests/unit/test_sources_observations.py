from __future__ import annotations

import worlds
from bleib.sources.observations import look, observe
from bleib.tables import CONTRACTS, CUSTOMERS, INTERACTIONS


def orders(*days: str) -> list[dict[str, object]]:
    return [{"event_id": str(k), "customer_id": "A", "occurred_at": day, "kind": "order"} for k, day in enumerate(days)]


def test_events_before_the_customer_began_are_told_with_their_share() -> None:
    tables = {
        "customers": worlds.frame(CUSTOMERS, [{"customer_id": "A", "signed_up_at": "2024-02-01"}]),
        "interactions": worlds.frame(
            INTERACTIONS, orders("2024-01-01", "2024-01-31 12:00", "2024-03-01", "2024-03-02")
        ),
        "contracts": worlds.frame(CONTRACTS, [{"contract_id": "1", "customer_id": "A", "started_at": "2024-03-02"}]),
    }
    faults = observe(look(tables), {name: len(frame) for name, frame in tables.items()})
    found = [(fault.table, fault.reason, fault.rows, fault.examples, fault.fatal) for fault in faults]
    assert found == [
        ("interactions", "25.0% of the rows lie before the customer signed up", 1, ("A on 2024-01-01",), False),
        (
            "interactions",
            "50.0% of the rows lie before the customer's first contract began",
            2,
            ("A on 2024-01-01", "A on 2024-01-31"),
            False,
        ),
    ]


def test_a_world_without_contradictions_gives_none() -> None:
    assert look(worlds.tiny_company()) == []
