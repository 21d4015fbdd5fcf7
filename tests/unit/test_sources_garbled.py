from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import raw
from bleib.sources.garbled import as_meant
from bleib.sources.inspection.proposal import propose

CUSTOMERS: dict[str, Any] = {
    "table": "customers",
    "files": "kunden.csv",
    "columns": {"customer_id": "nr", "display_name": "name", "region": "ort"},
}
PLAIN = "nr,name,ort,note\n" + "".join(f"C{k},N{k},Köln,Müßig\n" for k in range(3))


def warned(folder: Path, content: bytes, encoding: str) -> list[dict[str, Any]]:
    source = {**CUSTOMERS, "csv": {"encoding": encoding}}
    return raw.take_in(folder, {"orders.csv": raw.GOOD, "kunden.csv": content}, [raw.ORDERS, source]).report["warnings"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("GeschÃ¤ft", "Geschäft"),
        ("MÃ¼ller & SÃ¶hne â€“ 5 â‚¬", "Müller & Söhne – 5 €"),
        ("StraÃŸe", "Straße"),
        ("Ã\x96sterreich", "Österreich"),
        ("Ã–sterreich", "Österreich"),
        ("Caf\ufffd", None),
        ("São Paulo, Ångström", None),
        ("Geschäft", None),
        ("Ãrger", None),
        ("plain", None),
        ("Geschäft, GeschÃ¤ft", None),
    ],
)
def test_texts_of_another_encoding_are_recognised(text: str, meant: str | None) -> None:
    assert as_meant(text) == meant


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_utf_8_that_is_read_as_another_encoding_is_told_with_what_to_set(
    tmp_path: Path, encoding: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (warning,) = warned(tmp_path, PLAIN.encode(), encoding)
    assert (warning["file"], warning["column"], warning["rows"]) == ("kunden.csv", "ort", 3)
    assert warning["reason"] == "texts that were written in another encoding, such as 'KÃ¶ln' for 'Köln'"
    assert warning["remedy"] == "Set csv: {encoding: utf-8}."
    assert "kunden.csv, column ort: texts that were written in another encoding" in capsys.readouterr().out


def test_texts_that_were_garbled_before_the_export_are_told_so(tmp_path: Path) -> None:
    (warning,) = warned(tmp_path, PLAIN.replace("Köln", "KÃ¶ln").encode(), "utf-8")
    assert warning["remedy"].startswith("The file holds them like this in utf-8: csv.encoding cannot mend it.")


def test_letters_that_were_lost_are_told(tmp_path: Path) -> None:
    (warning,) = warned(tmp_path, PLAIN.replace("Köln", "K\ufffdln").encode(), "utf-8")
    assert warning["reason"] == "letters were lost, as in 'K\ufffdln'"
    assert warning["remedy"].startswith("The file holds them like this in utf-8")


@pytest.mark.parametrize(("encoding", "content"), [("utf-8", PLAIN.encode()), ("cp1252", PLAIN.encode("cp1252"))])
def test_texts_in_the_right_encoding_are_not_told(tmp_path: Path, encoding: str, content: bytes) -> None:
    assert warned(tmp_path, content, encoding) == []


def test_inspect_doubts_texts_that_were_garbled_before(tmp_path: Path) -> None:
    customers = PLAIN.replace("Köln", "KÃ¶ln").replace("nr,", "kundennr,")
    raw.write(tmp_path, {"orders.csv": raw.GOOD, "kunden.csv": customers})
    proposal = propose([tmp_path / "orders.csv", tmp_path / "kunden.csv"])
    assert (
        proposal.doubts[1][-1]
        == "ort: garbled texts such as 'KÃ¶ln'; the file holds them like this, correct the export"
    )
