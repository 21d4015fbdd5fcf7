from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

import raw
from bleib.errors import DataError
from bleib.settings import load_settings
from bleib.sources.inspection.proposal import Proposal, propose, render


def look(folder: Path, files: dict[str, str | bytes]) -> Proposal:
    raw.write(folder, files)
    return propose([folder / name for name in files])


def walk(folder: Path, proposal: Proposal, **limits: Any) -> raw.Result:
    """Put the printed proposal into params.yaml, load it, and ingest by it."""
    params = yaml.safe_load(render(proposal))
    params["ingest"] = {**params.get("ingest", {}), "max_unknown_customers": 1, **limits}
    (folder / "params.yaml").write_text(yaml.safe_dump(params))
    return raw.run(load_settings("company", "sources", "ingest", "clock", path=folder / "params.yaml"), folder)


def lines(head: str, *rows: str) -> str:
    return "\n".join([head, *rows]) + "\n"


GERMAN = lines(
    "Bestellnr;Kundennummer;Bestelldatum;Betrag;Menge;Warengruppe",
    *(f"B{k:03d};{k % 4:05d};{k:02d}.03.2024 14:30;1.{k:03d},50;2;Käse" for k in range(1, 29)),
)


def test_a_german_export_is_understood(tmp_path: Path) -> None:
    proposal = look(tmp_path, {"bestellungen.csv": GERMAN.encode("cp1252")})
    (source,) = proposal.sources
    assert source["table"] == "interactions"
    assert source["csv"] == {"delimiter": ";", "decimal": ",", "thousands": ".", "encoding": "cp1252"}
    assert source["day_first"] is True
    assert source["columns"] == {
        "customer_id": "Kundennummer",
        "event_id": "Bestellnr",
        "occurred_at": "Bestelldatum",
        "amount": "Betrag",
        "quantity": "Menge",
        "topic": "Warengruppe",
    }
    assert source["constants"] == {"kind": "order"}
    rows = walk(tmp_path, proposal).tables["interactions"]
    assert (len(rows), rows["customer_id"].iloc[0], rows["topic"].iloc[0]) == (28, "00000", "Käse")
    assert (rows["amount"].min(), rows["amount"].sum()) == (1001.5, 28_420.0)


def test_day_and_month_that_cannot_be_told_apart_are_a_doubt(tmp_path: Path) -> None:
    content = lines("order_id,customer_id,order_date", *(f"{k},1,0{k}/0{k}/2024" for k in range(1, 10)))
    proposal = look(tmp_path, {"orders.csv": content})
    assert proposal.sources[0]["day_first"] is True
    assert "order_date: no value is above 12 in day or month, so day first is a guess" in proposal.doubts[0][0]


def test_month_first_is_recognised(tmp_path: Path) -> None:
    content = lines("order_id,customer_id,order_date,total", *(f"{k},1,03/{k:02d}/2024,5.5" for k in range(1, 29)))
    proposal = look(tmp_path, {"orders.csv": content})
    assert proposal.sources[0]["date_format"] == "%m/%d/%Y"
    assert proposal.doubts == [["the same value in all rows: customer_id, total"]]
    assert len(walk(tmp_path, proposal).tables["interactions"]) == 28


def test_lines_of_an_invoice_with_cancellations_and_missing_customers(tmp_path: Path) -> None:
    rows = [f"{500 + k // 2},{'' if k % 4 == 0 else 7},2024-03-{k:02d},3,1.5" for k in range(1, 29)]
    proposal = look(
        tmp_path,
        {"sales.csv": lines("InvoiceNo,CustomerID,InvoiceDate,Quantity,UnitPrice", *rows, "C501,7,2024-03-02,-3,1.5")},
    )
    sale, back = proposal.sources
    assert sale["one_row_per"] == ["event_id"]
    assert sale["products"] == {"amount": ["Quantity", "UnitPrice"]}
    assert sale["where"] == [{"column": "CustomerID", "filled": True}, {"column": "InvoiceNo", "not_starts_with": "C"}]
    assert back["where"][1] == {"column": "InvoiceNo", "starts_with": "C"}
    assert (sale["constants"], back["constants"]) == ({"kind": "order"}, {"kind": "return"})
    assert any("24.1% of the rows have no CustomerID" in doubt for doubt in proposal.doubts[0])
    found = walk(tmp_path, proposal).tables["interactions"]
    assert found.query("kind == 'return'")["amount"].tolist() == [-4.5]


STATES = lines(
    "number,state,caller_id,opened_at,sys_updated_at,resolved_at,priority",
    *(
        f"INC{k},{state},{caller},2024-03-{k:02d} 08:00,2024-03-{k:02d} {hour}:00,2024-03-{k:02d} 20:00,3"
        for k in range(1, 15)
        for state, hour, caller in (("New", "09", k % 3), ("Resolved", "20", "?" if k == 5 else k % 3))
    ),
)


def test_times_that_are_filled_in_later_are_the_loudest_doubt(tmp_path: Path) -> None:
    proposal = look(tmp_path, {"incidents.csv": STATES})
    tickets, events = proposal.sources
    assert tickets["changed_at"] == "sys_updated_at"
    assert "?" in tickets["missing"]
    assert any(
        "resolved_at lies ahead of sys_updated_at in 50% of the rows, also where state is New" in doubt
        for doubt in proposal.doubts[0]
    )
    assert events["table"] == "interactions"
    assert any("no table of events" in doubt for doubt in proposal.general)
    found = walk(tmp_path, proposal)
    assert len(found.tables["tickets"]) == 14
    assert found.report["sources"][0]["quarantined_by_reason"] == {"missing_id": 1}


def test_a_customer_is_found_by_way_of_another_file(tmp_path: Path) -> None:
    usage = lines(
        "usage_id,subscription_id,usage_date,usage_count", *(f"U{k},S{k % 3},2024-03-{k:02d},{k}" for k in range(1, 29))
    )
    contracts = lines(
        "subscription_id,account_id,start_date,end_date", *(f"S{k},A{k},2024-02-0{k + 1}," for k in range(3))
    )
    proposal = look(tmp_path, {"usage.csv": usage, "subscriptions.csv": contracts})
    assert proposal.merges == [
        {
            "table": "merges",
            "files": str(tmp_path / "subscriptions.csv"),
            "columns": {"old": "subscription_id", "new": "account_id"},
        }
    ]
    found = walk(tmp_path, proposal)
    assert found.tables["interactions"]["customer_id"].unique().tolist() == ["A0", "A1", "A2"]
    assert found.tables["contracts"]["contract_id"].tolist() == ["S0", "S1", "S2"]


@pytest.mark.parametrize(
    ("name", "head", "row", "table"),
    [
        ("kunden.csv", "Kundennummer,Name,Angemeldet", "{k},N{k},2024-03-{k:02d}", "customers"),
        ("beschwerden.csv", "Beschwerde-Nr,Kundennummer,Datum,Schwere", "{k},1,2024-03-{k:02d},2", "complaints"),
        ("nps.csv", "id,customer_id,sent,answered,score", "{k},1,2024-03-{k:02d},2024-03-{k:02d},9", "surveys"),
        ("NPS.csv", "Mitglied,versendet,beantwortet,Wert", "{k},2024-03-{k:02d},2024-03-{k:02d},9", "surveys"),
        ("rechnungen.csv", "Rechnungsnr,Kundennummer,faellig,bezahlt,Betrag", "{k},1,2024-03-{k:02d},,9", "payments"),
        ("punkte.csv", "Buchung,Kundennummer,Zeit,Punkte,Art", "{k},1,2024-03-{k:02d},9,eingelöst", "loyalty"),
        (
            "campaign.csv",
            "contact_id,customer_id,sent_at,campaign,opened_at",
            "{k},1,2024-03-{k:02d},spring,",
            "contacts",
        ),
        ("vertraege.csv", "Vertragsnr,Kundennummer,Beginn,Ende,Tarif", "{k},1,2024-03-{k:02d},,basic", "contracts"),
        ("tickets.csv", "ticket_id,customer_id,created_at,closed_at", "{k},1,2024-03-{k:02d},", "tickets"),
        ("export.csv", "user,ts,event", "{k},2024-03-{k:02d}T10:00:00Z,login", "interactions"),
    ],
)
def test_every_table_is_recognised_by_its_names(tmp_path: Path, name: str, head: str, row: str, table: str) -> None:
    files: dict[str, str | bytes] = {
        name: lines(head, *(row.format(k=k) for k in range(1, 29))),
        "orders.csv": raw.GOOD,
    }
    proposal = look(tmp_path, files)
    assert [source["table"] for source in proposal.sources] == [table, "interactions"]
    assert len(walk(tmp_path, proposal).tables[table]) >= 28


def test_folders_parquet_and_epochs(tmp_path: Path) -> None:
    (tmp_path / "logins").mkdir()
    rows = {
        "user_id": ["1"] * 60,
        "ts": [1_700_000_000_000 + k * 86_400_000 for k in range(60)],
        "event": ["login"] * 60,
    }
    pq.write_table(pa.table(rows), tmp_path / "logins" / "a.parquet")
    proposal = propose([tmp_path / "logins"])
    (source,) = proposal.sources
    assert source["date_format"] == "epoch_ms"
    assert source["kind"] == {"column": "event", "values": {"login": "login"}}
    assert len(walk(tmp_path, proposal).tables["interactions"]) == 60


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    raw.write(tmp_path, {"orders.csv": raw.GOOD, "notes.md": "x", "a.parquet": "x"})
    proposal = propose([tmp_path / name for name in ("orders.csv", "notes.md", "a.parquet", "gone.csv")])
    assert len(proposal.sources) == 1
    assert [text.removeprefix(f"{tmp_path}/").split(",")[0][:37] for text in proposal.general] == [
        "notes.md: not looked at",
        "a.parquet: not readable as Parquet: P",
        "gone.csv: not found",
    ]
    with pytest.raises(DataError, match="no file with rows could be read"):
        propose([tmp_path / "gone.csv"])


def shared(folder: str) -> list[Path]:
    files = sorted((raw.SHARED / folder).glob("*")) if (raw.SHARED / folder).is_dir() else []
    if not files:
        pytest.skip(f"the data set {folder} is not beside this repository")
    return files


def test_the_real_incidents_are_proposed_with_their_trap(tmp_path: Path) -> None:
    proposal = propose(shared("it_incidents"))
    assert proposal.sources[0]["changed_at"] == "sys_updated_at"
    assert any("resolved_at lies ahead of sys_updated_at in 62% of the rows" in doubt for doubt in proposal.doubts[0])
    found = walk(tmp_path, proposal)
    assert (len(found.tables["tickets"]), found.report["sources"][0]["merged"]) == (24_915, 116_765)


def test_the_synthetic_company_is_taken_in_and_its_contradictions_are_told(tmp_path: Path) -> None:
    found = walk(tmp_path, propose(shared("ravenstack_saas")))
    assert {name: len(frame) for name, frame in found.tables.items()} == {
        "customers": 500,
        "interactions": 25_579,
        "tickets": 2_000,
        "contracts": 5_000,
    }
    assert any(
        "51.4% of the rows lie before the customer signed up" in fault["reason"]
        for fault in found.report["observations"]
    )


def test_the_real_savings_contracts_are_proposed(tmp_path: Path) -> None:
    proposal = propose(shared("insurance_savings"))
    assert [source["table"] for source in proposal.sources] == ["contracts", "interactions"]
    assert any("policy_quarters.csv.gz: left out" in doubt for doubt in proposal.general)
    assert len(walk(tmp_path, proposal).tables["contracts"]) == 21_921


def test_the_real_orders_are_proposed(tmp_path: Path) -> None:
    found = walk(tmp_path, propose(shared("online_retail_ii")))
    kinds = found.tables["interactions"]["kind"].value_counts().to_dict()
    assert kinds == {"order": 36_975, "return": 7_901}
    assert (str(found.calendar.first_day), str(found.calendar.data_end)) == ("2009-12-01", "2011-12-10")


@pytest.mark.parametrize("name", ["KdNr", "Kd-Nr", "Kd.Nr."])
def test_short_german_names_are_recognised(tmp_path: Path, name: str) -> None:
    customers = lines(f"{name},Name,Kontakt erlaubt", *(f"{k},N{k},{'ja' if k % 2 else 'nein'}" for k in range(1, 29)))
    surveys = lines(f"id,{name},Versandt,Note", *(f"{k},1,2024-03-{k:02d},{k % 10}" for k in range(1, 29)))
    found = look(tmp_path, {"kunden.csv": customers, "nps.csv": surveys}).sources
    assert found[0]["columns"] == {"customer_id": name, "display_name": "Name", "contact_allowed": "Kontakt erlaubt"}
    assert found[1]["columns"] == {"customer_id": name, "survey_id": "id", "sent_at": "Versandt", "score": "Note"}


@pytest.mark.parametrize("amount", ["1.{k:03d},50 €", "€ 1.{k:03d},50", "1.{k:03d},50- EUR", "1.{k:03d},50 EUR"])
def test_amounts_with_a_currency_sign_are_numbers(tmp_path: Path, amount: str) -> None:
    rows = [f"{k};7;2024-03-{k:02d};{amount.format(k=k)}" for k in range(1, 29)]
    proposal = look(tmp_path, {"orders.csv": lines("order_id;customer_id;order_date;Betrag", *rows)})
    (source,) = proposal.sources
    assert source["csv"] == {"delimiter": ";", "decimal": ",", "thousands": "."}
    assert (source["columns"]["amount"], source["constants"]) == ("Betrag", {"kind": "order"})
    assert len(walk(tmp_path, proposal).tables["interactions"]) == 28


@pytest.mark.parametrize(("number", "mapped"), [("{k}", True), ("NPS 2024", False)])
def test_the_number_of_a_survey_is_its_id_where_it_differs_from_row_to_row(
    tmp_path: Path, number: str, mapped: bool
) -> None:
    """Without it answers that are delivered anew would count twice."""
    rows = (number.format(k=k) + f",C{k},2024-03-{k:02d},,9" for k in range(1, 29))
    (source,) = look(tmp_path, {"nps.csv": lines("Umfrage,Mitglied,versendet,beantwortet,Wert", *rows)}).sources
    assert source["columns"].get("survey_id") == ("Umfrage" if mapped else None)


@pytest.mark.parametrize(
    ("head", "name", "since"),
    [
        ("Mitgliedsnr,Vorname,Nachname,Eintritt", "Nachname", "Eintritt"),
        ("member_id,first_name,last_name,joined", "last_name", "joined"),
        ("Mitgliedsnr,Name,Firma,Mitglied seit", "Name", "Mitglied seit"),
    ],
)
def test_members_have_their_last_name_and_the_day_on_which_they_joined(
    tmp_path: Path, head: str, name: str, since: str
) -> None:
    rows = (f"{k},V{k % 9},N{k},2024-03-{k:02d}" for k in range(1, 29))
    (source,) = look(tmp_path, {"mitglieder.csv": lines(head, *rows)}).sources
    assert source["columns"] == {
        "customer_id": head.split(",", maxsplit=1)[0],
        "display_name": name,
        "signed_up_at": since,
    }


def test_columns_that_are_left_out_are_named_with_what_they_hold(tmp_path: Path) -> None:
    head = "order_id,customer_id,order_date,Weight,Gift,Packed,Note,Shop,Carrier,Old,Size"
    rows = [
        f"{k},{k % 3},2024-03-{k:02d},{k}.5,{'yes' if k % 2 else 'no'},2024-04-{k:02d},text {k},DE,"
        f"{'UPS' if k % 2 else 'DHL'},,{k if k > 2 else 'ca. 5'}"
        for k in range(1, 29)
    ]
    proposal = look(tmp_path, {"orders.csv": lines(head, *rows)})
    assert proposal.left == [
        [
            "Weight: numbers",
            "Gift: yes/no",
            "Packed: times",
            "Note: text, 28 different values",
            "Shop: 'DE' in all rows",
            "Carrier: text, 'DHL', 'UPS'",
            "Old: empty",
            "Size: numbers but for 'ca. 5' (name such texts in `missing` to map it)",
        ]
    ]
    assert "  # not mapped: Carrier: text, 'DHL', 'UPS'\n" in render(proposal)
    assert proposal.doubts == [[]]


def test_columns_that_a_filter_or_a_kind_uses_are_not_called_unmapped(tmp_path: Path) -> None:
    rows = [f"{k},{k % 3},2024-03-{k:02d},login" for k in range(1, 29)]
    assert look(tmp_path, {"events.csv": lines("event_id,user_id,ts,action", *rows)}).left == [[]]


def test_the_column_that_shares_most_values_with_the_customers_elsewhere_is_the_customer(tmp_path: Path) -> None:
    customers = lines("Kundennummer,Name", *(f"{k:05d},N{k}" for k in range(1, 41)))
    rows = [f"{k:05d},{k % 3:05d},{k % 20 + 1 if k < 28 else 99:05d},2024-03-{k:02d}" for k in range(1, 29)]
    usage = lines("Zeile,Modul,VP,Datum", *rows)
    proposal = look(tmp_path, {"kunden.csv": customers, "nutzung.csv": usage})
    assert proposal.sources[1]["columns"]["customer_id"] == "VP"
    assert proposal.doubts[1] == [
        "no column is called like a customer's number: VP is taken for it, because 20 of its 21 values stand in "
        "Kundennummer of kunden.csv"
    ]


def test_files_of_one_table_are_one_entry_and_the_newest_is_named(tmp_path: Path) -> None:
    head = "Vertragsnr;Kundennummer;Beginn;Kündigung"
    rows = [f"V{k};{k:05d};{k:02d}.03.2023;" for k in range(1, 29)]
    files: dict[str, str | bytes] = {
        "verträge_2024-03-09.csv": lines(head, *rows, "V29;00029;01.01.2024;").encode("cp1252"),
        "verträge_2024-03-16.csv": lines(head, *rows).replace(";\n", ";15.03.2024\n", 1).encode("cp1252"),
        "orders.csv": raw.GOOD,
    }
    proposal = look(tmp_path, files)
    assert [source["files"] for source in proposal.sources] == [
        str(tmp_path / "verträge_*.csv"),
        str(tmp_path / "orders.csv"),
    ]
    assert proposal.doubts[0] == [
        "2 files with the same columns: deliveries of one table, of which verträge_2024-03-16.csv counts as the newest "
        "(by its name)"
    ]
    found = walk(tmp_path, proposal).tables["contracts"].set_index("contract_id")
    assert (len(found), found["cancelled_at"].notna().sum()) == (29, 1)


def test_files_of_events_are_one_entry_with_the_kinds_of_all(tmp_path: Path) -> None:
    head = "event_id,user_id,ts,action"
    january = [f"{k},{k % 3},2024-01-{k:02d},login" for k in range(1, 29)]
    february = [f"{100 + k},{k % 3},2024-02-{k:02d},purchase" for k in range(1, 29)]
    proposal = look(tmp_path, {"log-1.csv": lines(head, *january), "log-2.csv": lines(head, *february)})
    (source,) = proposal.sources
    assert source["kind"]["values"] == {"login": "login", "purchase": "order"}
    assert proposal.doubts == [["2 files with the same columns: parts of one table"]]
    assert len(walk(tmp_path, proposal).tables["interactions"]) == 56


@pytest.mark.parametrize(
    "other",
    [
        {"log-2.csv": "number,state\n1,2\n"},
        {"log-2.txt": "event_id|user_id|ts\n1|2|2024-03-01\n"},
        {"log-2.csv": "event_id,user_id,ts\n1,2,2024-03-01\n", "log-3.csv": "a,b\n1,2\n"},
    ],
)
def test_files_that_differ_in_more_than_their_number_stay_apart(tmp_path: Path, other: dict[str, str | bytes]) -> None:
    rows = [f"{k},{k % 3},2024-01-{k:02d}" for k in range(1, 29)]
    proposal = look(tmp_path, {"log-1.csv": lines("event_id,user_id,ts", *rows), **other})
    assert proposal.sources[0]["files"] == str(tmp_path / "log-1.csv")


def test_files_without_rows_are_left_out_and_said(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "orders.csv": raw.GOOD,
        "newsletter.csv": "",
        "umfragen.csv": "UmfrageNr;Kundennr.;Versendet;NPS\n",
        "broken.csv": "a;b\n1;2;3\n1;2;4\n",
    }
    proposal = look(tmp_path, files)
    assert [source["files"] for source in proposal.sources] == [str(tmp_path / "orders.csv")]
    assert proposal.general == [
        f"{tmp_path / 'newsletter.csv'}: left out, it is empty",
        f"{tmp_path / 'umfragen.csv'}: left out, it has a header (UmfrageNr, Kundennr., Versendet, NPS) and no row",
        f"{tmp_path / 'broken.csv'}: left out, none of its 2 rows has as many values as the header (a, b), such as "
        "'1;2;3'",
    ]


def test_rows_that_do_not_fit_the_header_are_a_doubt(tmp_path: Path) -> None:
    proposal = look(tmp_path, {"orders.csv": raw.GOOD + "Summe: 203,00\n"})
    assert proposal.doubts == [
        ["1 row has more or fewer values than the header, such as 'Summe: 203,00': quarantine, if nothing is changed"]
    ]


def test_every_sheet_of_a_workbook_is_looked_at(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Beschwerden"
    book.active.append(["Beschwerde-Nr", "Kundennummer", "Datum", "Grund"])
    for k in range(1, 29):
        book.active.append([k, k % 3, datetime(2024, 3, k), "spät"])
    events = book.create_sheet("Logins")
    events.append(["user", "ts"])
    for k in range(1, 29):
        events.append([k % 3, datetime(2024, 3, k, 10)])
    legend = book.create_sheet("Legende")
    for row in (["Kürzel", "Bedeutung"], ["a", "b"]):
        legend.append(row)
    book.save(tmp_path / "export.xlsx")
    proposal = propose([tmp_path / "export.xlsx"])
    assert [(s["table"], s["sheet"]) for s in proposal.sources] == [
        ("complaints", "Beschwerden"),
        ("interactions", "Logins"),
    ]
    assert proposal.general == [
        f"{tmp_path / 'export.xlsx'}, sheet Legende: left out, no column looks like a customer's number, none like a "
        "time (Kürzel: 'a' in all rows; Bedeutung: 'b' in all rows)"
    ]
    assert len(walk(tmp_path, proposal).tables["complaints"]) == 28


def test_json_lines_are_proposed(tmp_path: Path) -> None:
    rows = [f'{{"customer": {{"id": "{k % 3:03d}"}}, "ts": "2024-03-{k:02d}T10:00:00Z"}}' for k in range(1, 29)]
    proposal = look(tmp_path, {"logins.jsonl": "\n".join(rows)})
    assert proposal.sources[0]["columns"] == {"customer_id": "customer.id", "occurred_at": "ts"}
    assert len(walk(tmp_path, proposal).tables["interactions"]) == 28


def test_tickets_of_a_german_system_are_recognised(tmp_path: Path) -> None:
    rows = [f"T{k};{k % 3};{k:02d}.03.2024 10:00;{k:02d}.03.2024 11:00;hoch;Größe" for k in range(1, 29)]
    head = "TicketNr;Kunde;Erstellt am;Geschlossen am;Priorität;Betreff"
    proposal = look(tmp_path, {"servicetickets.csv": lines(head, *rows)})
    assert proposal.sources[0]["columns"] == {
        "customer_id": "Kunde",
        "ticket_id": "TicketNr",
        "opened_at": "Erstellt am",
        "resolved_at": "Geschlossen am",
        "priority": "Priorität",
        "topic": "Betreff",
    }


@pytest.mark.parametrize(("encoding", "found"), [("cp1252", "cp1252"), ("cp850", "cp850"), ("utf-8", None)])
def test_the_encoding_is_that_of_the_whole_file(tmp_path: Path, encoding: str, found: str | None) -> None:
    rows = [f"{k},{k % 3},2024-03-{k % 28 + 1:02d},{'plain' * 20}" for k in range(6_000)]
    content = lines("order_id,customer_id,order_date,category", *rows, "9999,1,2024-03-01,Käse für Müßiggänger")
    proposal = look(tmp_path, {"orders.csv": content.encode(encoding)})
    assert proposal.sources[0].get("csv") == ({"encoding": found} if found else None)


def test_numbers_with_a_few_texts_are_told_by_their_rows(tmp_path: Path) -> None:
    rows = [f"{k},7,2024-03-{k:02d},{'ca. 5' if k == 9 else '2 Stk' if k == 12 else k % 2}" for k in range(1, 29)]
    proposal = look(tmp_path, {"orders.csv": lines("order_id,customer_id,order_date,Size", *rows)})
    assert proposal.left == [["Size: numbers but for 'ca. 5', '2 Stk' (name such texts in `missing` to map it)"]]


def test_a_last_line_with_a_total_is_filtered_and_said(tmp_path: Path) -> None:
    rows = [f"{k},N{k}" for k in range(1, 29)]
    files: dict[str, str | bytes] = {
        "orders.csv": raw.GOOD,
        "kunden.csv": lines("Kundennummer,Name", *rows, "Summe: 28 Kunden,"),
    }
    proposal = look(tmp_path, files)
    assert proposal.sources[1]["where"] == [{"column": "Kundennummer", "not_starts_with": "Summe"}]
    assert proposal.doubts[1] == ["the last row begins with 'Summe: 28 Kunden': left out with where"]


def test_a_name_that_begins_like_a_total_costs_no_row(tmp_path: Path) -> None:
    rows = [f"{'Total Energies' if k % 4 == 0 else f'A{k}'},N{k % 5},2024-03-{k:02d}" for k in range(1, 29)]
    proposal = look(tmp_path, {"orders.csv": lines("firma,customer_id,order_date", *rows)})
    assert "where" not in proposal.sources[0]


def test_each_of_several_deliveries_may_end_with_a_total(tmp_path: Path) -> None:
    text = lines("Kundennummer,Name", *(f"{k},N{k}" for k in range(1, 29)), "Summe: 28 Kunden,")
    proposal = look(tmp_path, {"orders.csv": raw.GOOD, "kunden_1.csv": text, "kunden_2.csv": text})
    assert proposal.sources[1]["where"] == [{"column": "Kundennummer", "not_starts_with": "Summe"}]
    assert len(walk(tmp_path, proposal).tables["customers"]) == 28


PLAIN_ROWS = [f"{k};{k % 3};2024-03-{k:02d};{k}" for k in range(1, 29)]


@pytest.mark.parametrize(
    ("before", "skipped"),
    [
        ("sep=;\n", 1),
        ("Export vom 03.01.2025\n\n", 2),
        ("Firma;Muster\nStand: 3. Januar\n", 2),
        ("Bestellungen;;;\n", 1),
    ],
)
def test_lines_before_the_header_are_skipped(tmp_path: Path, before: str, skipped: int) -> None:
    proposal = look(tmp_path, {"orders.csv": before + lines("order_id;customer_id;order_date;total", *PLAIN_ROWS)})
    assert proposal.sources[0]["csv"] == {"delimiter": ";", "skip_lines": skipped}
    assert len(walk(tmp_path, proposal).tables["interactions"]) == 28


def test_a_header_of_fewer_names_than_most_rows_have_values_is_no_title(tmp_path: Path) -> None:
    short = lines("order_id;customer_id;order_date", *(row + ";x" for row in PLAIN_ROWS))
    proposal = look(tmp_path, {"short.csv": short, "orders.csv": raw.GOOD})
    assert proposal.general[0].startswith(f"{tmp_path / 'short.csv'}: left out, none of its 28 rows has as many values")


def test_the_first_of_rows_that_are_hardly_filled_is_no_title(tmp_path: Path) -> None:
    rows = [f"{k};{k % 3};2024-03-{k:02d};;;;;" for k in range(1, 29)]
    proposal = look(tmp_path, {"orders.csv": lines("order_id;customer_id;order_date;a;b;c;d;e", *rows)})
    assert proposal.sources[0]["csv"] == {"delimiter": ";"}


def test_rows_before_the_header_of_a_sheet_are_skipped(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Bestellungen 2024"], [], ["order_id", "customer_id", "order_date", "total"]):
        book.active.append(row)
    for k in range(1, 29):
        book.active.append([k, k % 3, datetime(2024, 3, k), k])
    book.save(tmp_path / "orders.xlsx")
    proposal = propose([tmp_path / "orders.xlsx"])
    assert proposal.sources[0]["csv"] == {"skip_lines": 1}
    assert len(walk(tmp_path, proposal).tables["interactions"]) == 28


def test_a_file_without_header_is_a_doubt(tmp_path: Path) -> None:
    proposal = look(tmp_path, {"orders.csv": "\n".join(PLAIN_ROWS)})
    assert proposal.doubts[0][0] == (
        "the first line looks like a row, not like names of columns (1, 1.2, 2024-03-01, 1.3): "
        "if the file has no header, give the names in csv.header"
    )


def test_a_long_text_near_the_beginning_is_looked_at(tmp_path: Path) -> None:
    tickets = lines("ticket_id,customer_id,opened_at,text", f"1,a,2024-03-01,{'x' * 150_000}", "2,b,2024-03-02,y")
    assert look(tmp_path, {"tickets.csv": tickets}).sources[0]["columns"]["opened_at"] == "opened_at"


def test_numbers_of_a_workbook_are_seen_beside_texts_with_a_decimal_comma(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    rows = [[f"B{k}", f"{k % 4:05d}", datetime(2024, 3, k), f"1.{k:03d},50", (2.5, 3)[k % 2]] for k in range(1, 29)]
    for row in (["Bestellnr", "Kundennummer", "Bestelldatum", "Betrag", "Menge"], *rows):
        book.active.append(row)
    book.save(tmp_path / "orders.xlsx")
    proposal = propose([tmp_path / "orders.xlsx"])
    assert proposal.sources[0]["columns"]["quantity"] == "Menge"
    assert walk(tmp_path, proposal).tables["interactions"][["amount", "quantity"]].iloc[0].tolist() == [1004.5, 2.5]


def workbook(path: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


ORDER_HEAD = ["order_id", "customer_id", "order_date", "total"]


def test_dates_of_a_workbook_among_texts_are_times_and_the_texts_are_counted(tmp_path: Path) -> None:
    odd = {5: "offen", 9: "31.12.2023", 13: "n/a", 17: "offen", 21: "demnächst"}
    rows = [[f"B{k}", k % 3, odd.get(k, datetime(2024, 3, k)), k] for k in range(1, 29)]
    proposal = propose([workbook(tmp_path / "orders.xlsx", ORDER_HEAD, *rows)])
    (source,) = proposal.sources
    assert (source["columns"]["occurred_at"], source["day_first"]) == ("order_date", True)
    assert proposal.doubts[0] == [
        "order_date: 'n/a' read as no value",
        "order_date: 3 of 27 cells cannot be read as times ('offen', 'demnächst'): quarantine, if they are not "
        "corrected, or named in `missing` as no value",
        "order_date: 1 of 27 cells is written otherwise than most ('31.12.2023') and read day first",
    ]
    found = walk(tmp_path, proposal)
    assert found.report["sources"][0]["quarantined_by_reason"] == {"missing_value": 1, "unreadable_time": 3}
    assert str(found.tables["interactions"]["occurred_at"].min()) == "2023-12-31 00:00:00+00:00"


@pytest.mark.parametrize(
    ("texts", "kind"), [(7, "times but for 'ab 0', 'ab 1', 'ab 2', 'ab 3', 'ab 4'"), (8, "text, ")]
)
def test_a_column_is_one_of_times_if_four_of_five_values_are(tmp_path: Path, texts: int, kind: str) -> None:
    odd = [f"ab {k}" for k in range(texts)]
    sent = [*odd, *(datetime(2024, 4, day) for day in range(1, 29))]
    rows = [[f"B{k}", k % 3, datetime(2024, 3, k % 28 + 1), k, cell] for k, cell in enumerate(sent)]
    proposal = propose([workbook(tmp_path / "orders.xlsx", [*ORDER_HEAD, "Lieferung"], *rows)])
    assert proposal.left[0][0].startswith(f"Lieferung: {kind}")


def test_month_first_among_iso_dates_is_the_reading_of_most(tmp_path: Path) -> None:
    rows = [f"{k},{k % 3},{f'03/{k:02d}/2024' if k > 2 else f'2024-03-{k:02d}'},{k}" for k in range(1, 29)]
    proposal = look(tmp_path, {"orders.csv": lines("order_id,customer_id,order_date,total", *rows)})
    assert proposal.sources[0]["date_format"] == "%m/%d/%Y"
    assert "order_date: 2 of 28 cells cannot be read as times ('2024-03-01', '2024-03-02')" in proposal.doubts[0][0]


def test_numbers_of_a_workbook_do_not_outvote_texts_with_a_decimal_comma(tmp_path: Path) -> None:
    rows = [[f"B{k}", k % 3, datetime(2024, 3, k), f"1.{k:03d},50", k + 0.25, k + 0.5] for k in range(1, 29)]
    proposal = propose([workbook(tmp_path / "orders.xlsx", [*ORDER_HEAD, "qty", "weight"], *rows)])
    (source,) = proposal.sources
    assert (source["csv"], source["columns"]["amount"]) == ({"decimal": ",", "thousands": "."}, "total")
    assert proposal.left == [["weight: numbers"]]
    first = walk(tmp_path, proposal).tables["interactions"].sort_values("occurred_at").iloc[0]
    assert (first["amount"], first["quantity"]) == (1001.5, 1.25)


def test_one_column_may_hold_numbers_and_texts_with_a_decimal_comma(tmp_path: Path) -> None:
    rows = [[f"B{k}", k % 3, datetime(2024, 3, k), f"{k},50" if k < 5 else k + 0.5] for k in range(1, 29)]
    proposal = propose([workbook(tmp_path / "orders.xlsx", ORDER_HEAD, *rows)])
    assert (proposal.sources[0]["csv"], proposal.sources[0]["columns"]["amount"]) == ({"decimal": ","}, "total")
    assert walk(tmp_path, proposal).tables["interactions"]["amount"].sum() == 420.0


def test_numbers_of_json_in_several_files_do_not_outvote_the_texts_of_one(tmp_path: Path) -> None:
    def day(k: int, total: str) -> str:
        return f'{{"order_id": "B{k}", "customer_id": {k % 3}, "ts": "2024-03-{k:02d}", "total": {total}, "qty": 1.5}}'

    files: dict[str, str | bytes] = {
        "orders_1.jsonl": "\n".join(day(k, f"{k}.25") for k in range(1, 25)),
        "orders_2.jsonl": "\n".join(day(k, f'"{k},25"') for k in range(25, 29)),
    }
    proposal = look(tmp_path, files)
    (source,) = proposal.sources
    assert (source["csv"], source["columns"]["amount"]) == ({"decimal": ","}, "total")
    assert walk(tmp_path, proposal).tables["interactions"]["amount"].sum() == 413.0


def test_texts_with_a_decimal_comma_in_parquet_are_amounts(tmp_path: Path) -> None:
    rows = {
        "order_id": [f"B{k}" for k in range(28)],
        "customer_id": [k % 3 for k in range(28)],
        "order_date": [datetime(2024, 3, k + 1) for k in range(28)],
        "total": [f"{k},50" for k in range(28)],
        "weight": [k + 0.5 for k in range(28)],
    }
    pq.write_table(pa.table(rows), tmp_path / "orders.parquet")
    proposal = propose([tmp_path / "orders.parquet"])
    assert (proposal.sources[0]["csv"], proposal.sources[0]["columns"]["amount"]) == ({"decimal": ","}, "total")
    assert walk(tmp_path, proposal).tables["interactions"]["amount"].sum() == 392.0


def logins(first: int, end: int, more: str = "") -> str:
    rows = (f'{{"user_id": {k % 3}, "ts": "2024-03-{k:02d}", "app": "x"{more}}}' for k in range(first, end))
    return "\n".join(rows)


def test_json_files_that_leave_out_different_fields_are_one_table(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "logins_1.jsonl": logins(1, 15, ', "channel": "web"'),
        "logins_2.jsonl": logins(15, 29, ', "topic": "a"'),
        "logins_3.jsonl": "",
    }
    proposal = look(tmp_path, files)
    (source,) = proposal.sources
    assert source["files"] == str(tmp_path / "logins_*.jsonl")
    assert {"channel", "topic"} <= set(source["columns"])
    rows = walk(tmp_path, proposal).tables["interactions"]
    assert (len(rows), rows["channel"].notna().sum(), rows["topic"].notna().sum()) == (28, 14, 14)


def test_an_empty_delivery_is_not_the_one_that_ids_are_counted_in(tmp_path: Path) -> None:
    tickets = "\n".join(
        f'{{"ticket_id": {k}, "customer_id": {k % 3}, "created_at": "2024-03-{k:02d}"}}' for k in range(1, 29)
    )
    files: dict[str, str | bytes] = {"tickets_1.jsonl": tickets, "tickets_2.jsonl": "", "orders.csv": raw.GOOD}
    assert look(tmp_path, files).doubts[0] == [
        "2 files with mostly the same fields: deliveries of one table, of which tickets_2.jsonl counts as the newest "
        "(by its name)"
    ]


def test_json_files_that_share_hardly_a_field_are_different_tables(tmp_path: Path) -> None:
    other = "\n".join(f'{{"user_id": {k}, "name": "N{k}", "country": "DE"}}' for k in range(28))
    proposal = look(tmp_path, {"export_1.jsonl": logins(1, 29), "export_2.jsonl": other})
    assert [source["files"] for source in proposal.sources] == [str(tmp_path / f"export_{k}.jsonl") for k in (1, 2)]


def test_one_file_that_cannot_be_read_does_not_part_the_others_of_its_table(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"logins_{k}.json": f"[{logins(k, k + 1)}]" for k in range(1, 5)}
    proposal = look(tmp_path, {**files, "logins_5.json": "<html>"})
    assert [source["files"] for source in proposal.sources] == [str(tmp_path / "logins_*.json")]
    (trouble,) = proposal.general
    assert trouble.startswith(f"{tmp_path / 'logins_5.json'}: not readable as JSON")
    assert trouble.count("logins_5.json") == 1


def test_complaints_of_a_german_quality_desk_and_visits_are_recognised(tmp_path: Path) -> None:
    complaints = [f"{k};{k % 3};{k:02d}.03.2024;{k:02d}.03.2024;Preis;5,50" for k in range(1, 29)]
    visits = [f"{k:02d}.03.2024;{k % 3};Kraus" for k in range(1, 29)]
    found = look(
        tmp_path,
        {
            "reklamationen.csv": lines("Rekla-Nr;Kd.-Nr.;Eingang am;Erledigt am;Grund;Gutschrift", *complaints),
            "besuche.csv": lines("Datum;Kd.-Nr.;Außendienst", *visits),
        },
    ).sources
    assert found[0]["table"] == "complaints"
    assert found[0]["columns"] == {
        "customer_id": "Kd.-Nr.",
        "filed_at": "Eingang am",
        "resolved_at": "Erledigt am",
        "topic": "Grund",
        "compensation": "Gutschrift",
        "complaint_id": "Rekla-Nr",
    }
    assert (found[1]["table"], found[1]["constants"]) == ("interactions", {"kind": "visit"})


def test_records_that_hold_an_object_in_the_place_of_a_value_are_a_doubt(tmp_path: Path) -> None:
    def order(k: int) -> str:
        total = '{"sum": 3, "currency": "EUR"}' if k % 4 == 0 else "3.5"
        return f'{{"order_id": "B{k}", "customer_id": {k % 3}, "ts": "2024-03-{k:02d}", "total": {total}}}'

    proposal = look(tmp_path, {"orders.jsonl": "\n".join(map(order, range(1, 29)))})
    assert proposal.sources[0]["columns"]["amount"] == "total"
    assert (
        "total: 7 of 28 records hold an object in the place of a value, or the other way round: quarantine, if nothing "
        "is changed" in proposal.doubts[0]
    )


def test_a_folder_is_seen_by_its_first_file_with_rows(tmp_path: Path) -> None:
    raw.write(tmp_path, {"logins/1.jsonl": "", "logins/2.jsonl": logins(1, 29)})
    proposal = propose([tmp_path / "logins"])
    assert proposal.sources[0]["columns"]["customer_id"] == "user_id"
    assert len(walk(tmp_path, proposal).tables["interactions"]) == 28


def test_the_customer_of_an_object_is_found_by_its_last_name(tmp_path: Path) -> None:
    rows = [f'{{"by": {{"kundennummer": "{k % 3:03d}"}}, "ts": "2024-03-{k:02d}"}}' for k in range(1, 29)]
    assert look(tmp_path, {"logins.jsonl": "\n".join(rows)}).sources[0]["columns"]["customer_id"] == "by.kundennummer"


def test_times_of_an_american_desk_with_am_and_pm_are_recognised(tmp_path: Path) -> None:
    states = [(k, state) for k in range(1, 29) for state in ("New", "Solved")]
    rows = [f"T{k},{k % 3},03/{k:02d}/2024 02:15 PM,03/{k:02d}/2024 0{len(state)}:30 PM,{state}" for k, state in states]
    content = lines("Ticket,Customer,Opened,Changed,Status", *rows)
    proposal = look(tmp_path, {"tickets.csv": content})
    source = proposal.sources[0]
    assert (source["table"], source["date_format"]) == ("tickets", "%m/%d/%Y %I:%M %p")
    assert (source["columns"]["opened_at"], source["changed_at"]) == ("Opened", "Changed")
    opened = walk(tmp_path, proposal).tables["tickets"]["opened_at"]
    assert opened.min() == pd.Timestamp("2024-03-01 14:15", tz="UTC")


def test_returns_of_an_american_shop_are_events_at_their_only_time(tmp_path: Path) -> None:
    rows = [f"R{k},{k // 2},{k % 3},2024-03-{k:02d},Damaged,{k}.50" for k in range(1, 29)]
    proposal = look(tmp_path, {"returns.csv": lines("RMA,Order,Customer,Returned,Reason,Refund", *rows)})
    (source,) = proposal.sources
    assert (source["table"], source["constants"]) == ("interactions", {"kind": "return"})
    assert source["columns"] == {
        "customer_id": "Customer",
        "event_id": "RMA",
        "occurred_at": "Returned",
        "amount": "Refund",
        "topic": "Reason",
    }
    assert "Returned is taken for when it happened, because it is the only column of times" in proposal.doubts[0]


def test_of_two_times_with_unknown_names_none_is_taken_for_that_of_the_event(tmp_path: Path) -> None:
    rows = [f"{k % 3},2024-03-{k:02d},2024-03-{k:02d}" for k in range(1, 29)]
    proposal = look(tmp_path, {"returns.csv": lines("Customer,Packed,Shelved", *rows)})
    assert "occurred_at" not in proposal.sources[0]["columns"]
    assert "no column found for occurred_at (when it happened)" in proposal.doubts[0]


def test_a_database_is_not_to_be_saved_as_csv_but_queried(tmp_path: Path) -> None:
    raw.write(tmp_path, {"orders.csv": raw.GOOD, "shop.db": "SQLite format 3"})
    proposal = propose([tmp_path / "orders.csv", tmp_path / "shop.db"])
    assert proposal.general == [
        f"{tmp_path}/shop.db: not looked at; if it is a database of SQLite, name it in a source of its own: "
        f"url: sqlite:///{tmp_path}/shop.db and a query (docs/sources.md)"
    ]


def test_a_name_of_several_words_is_not_broken_over_two_lines(tmp_path: Path) -> None:
    content = lines(
        "Customer No,Name,Email,Since,State,Type,Email Opt-In",
        *(f"{k},A B{k},a{k}@example.com,03/{k:02d}/2024,IL,Retail,{'Yes' if k % 2 else 'No'}" for k in range(1, 29)),
    )
    assert "contact_allowed: Email Opt-In, email: Email}" in render(look(tmp_path, {"customers.csv": content}))
