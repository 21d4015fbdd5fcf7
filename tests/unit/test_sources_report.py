"""What the stage writes, and that it writes all or nothing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml

import raw
from bleib import artifacts
from bleib.errors import DataError
from bleib.files import read_json, sha256
from bleib.stages import ingest
from bleib.tables import CANONICAL


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    raw.write(
        tmp_path, {"orders.csv": raw.GOOD + "x,,2024-03-05,1\n29,C1,2024-03-05,1,1\n28,C1,2024-03-28 10:00,28.5\n"}
    )
    (tmp_path / "params.yaml").write_text(yaml.safe_dump({"sources": [raw.ORDERS]}))
    return tmp_path


def test_the_stage_writes_tables_quarantine_report_and_calendar(
    company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ingest.main()
    table = pd.read_parquet(artifacts.TABLES.path / "interactions.parquet")
    assert len(CANONICAL["interactions"].check(table)) == 28
    assert [file.name for file in artifacts.TABLES.path.iterdir()] == ["interactions.parquet"]
    quarantine = pd.read_parquet(artifacts.QUARANTINE.path)
    assert sorted(quarantine["reason"]) == ["duplicate_delivery", "missing_id", "wrong_columns"]
    assert read_json(artifacts.CALENDAR.path)["data_end"] == "2024-03-29"
    report = read_json(artifacts.INGEST_REPORT.path)
    assert report["totals"] == {"rows_in": 31, "rows_out": 28, "quarantined": 3, "filtered": 0, "merged": 0}
    assert report["tables"]["interactions"]["customers"] == 3
    assert "| orders.csv | interactions | 31 | 28 | 3 | 0 | 0 |" in artifacts.INGEST_PAGE.path.read_text()
    assert "31 rows in, 28 out, 3 quarantined" in capsys.readouterr().out


def test_the_same_input_gives_the_same_bytes(company: Path) -> None:
    ingest.main()
    before = sha256(Path("data/interim"))
    ingest.main()
    assert sha256(Path("data/interim")) == before


def test_a_fatal_fault_leaves_earlier_outputs_untouched(company: Path) -> None:
    ingest.main()
    before = sha256(Path("data/interim"))
    (company / "orders.csv").write_text(raw.GOOD.replace("amount", "total"))
    with pytest.raises(DataError, match="column amount: column not found"):
        ingest.main()
    assert sha256(Path("data/interim")) == before


def test_a_table_that_has_no_rows_any_more_is_not_left_behind(company: Path) -> None:
    customers = {"table": "customers", "files": "c.csv", "columns": {"customer_id": "id"}}
    raw.write(company, {"c.csv": "id\nC0\nC1\nC2\n"})
    (company / "params.yaml").write_text(yaml.safe_dump({"sources": [raw.ORDERS, customers]}))
    ingest.main()
    (company / "params.yaml").write_text(yaml.safe_dump({"sources": [raw.ORDERS]}))
    ingest.main()
    assert [file.name for file in artifacts.TABLES.path.iterdir()] == ["interactions.parquet"]


def test_faults_of_many_files_stand_on_one_line_of_the_page(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"d/{k}.csv": f"id,customer,date,amount\nx{k},,2024-03-01,1\n"
        + raw.GOOD.removeprefix(raw.HEAD).replace("C", f"D{k}").replace("\n", "\n")
        for k in range(5)
    }
    found = raw.take_in(
        tmp_path, files, [{**raw.ORDERS, "files": "d", "columns": {"customer_id": "customer", "occurred_at": "date"}}]
    )
    assert found.page.count("rows without an id") == 1
    assert "| d/0.csv … d/4.csv (5 files) | customer | rows without an id | 5 |" in found.page
    assert len(found.report["sources"][0]["faults"]) == 5


def test_all_days_of_a_table_are_those_of_the_company(tmp_path: Path) -> None:
    """Half past midnight in Berlin is the evening before in UTC."""
    rows = "".join(f"{day},C1,2024-03-{day:02d} 00:30,1\n" for day in range(1, 29))
    found = raw.take_in(tmp_path, {"orders.csv": raw.HEAD + rows}, [raw.ORDERS], time_zone="Europe/Berlin")
    assert "| interactions | 28 | 1 | 2024-03-01 | 2024-03-28 | 2024-03-01 | 2024-03-28 |" in found.page
    assert found.report["tables"]["interactions"]["first"] == "2024-03-01T00:30:00+01:00"
