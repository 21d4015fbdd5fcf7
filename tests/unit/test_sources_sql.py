from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from dvc.utils.hydra import apply_overrides

import raw
from bleib.sources.faults import SourceError
from bleib.sources.reading.rows import Raw, stack
from bleib.sources.reading.sql import expand, query_blocks

QUERY = "select id, customer, date, amount from orders"


def read_query(url: str, query: str) -> Raw:
    return stack(list(query_blocks(url, query)))


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """URL of a private PostgreSQL server that listens on a socket in a temporary folder only."""
    if not (shutil.which("initdb") and shutil.which("pg_ctl")):
        pytest.skip("no PostgreSQL server programs (initdb, pg_ctl) on PATH")
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    if os.getuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("PostgreSQL refuses to run as root and there is no setpriv to become somebody else")
        os.chown(folder, 65534, 65534)
    data = str(folder / "data")
    try:
        _run(["initdb", "-D", data, "-U", "bleib", "-A", "trust", "-E", "UTF8", "--no-sync"], folder)
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c timezone=America/New_York"
        _run(["pg_ctl", "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start"], folder)
        try:
            yield f"postgresql+psycopg://bleib@/postgres?host={folder}"
        finally:
            _run(["pg_ctl", "-D", data, "-m", "immediate", "stop"], folder)
    finally:
        shutil.rmtree(folder)


def _run(command: list[str], folder: Path) -> None:
    unprivileged = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C"}
    subprocess.run([*unprivileged, *command], check=True, capture_output=True, cwd=folder, env=environment)


def execute(url: str, *statements: str) -> None:
    import sqlalchemy

    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sqlalchemy.text(statement))
    engine.dispose()


def test_postgresql_rows_become_canonical_rows(postgres: str, tmp_path: Path) -> None:
    execute(
        postgres,
        "create table orders "
        "(id numeric(20), customer text, date timestamp, at timestamptz, day date, amount numeric(12,2))",
        "insert into orders values (12345678901234567890, 'Jörg 0004711', '2024-03-31 02:30', '2024-03-01 12:00+00', "
        "'2024-03-01', 1234.50), (2, 'B', '2024-03-01 12:00', '2024-03-05 12:00+00', '2024-03-02', null)",
    )
    query = "select id, customer, date, at, day, amount from orders"
    source = {**raw.ORDERS, "files": None, "url": postgres, "query": query}
    table = {
        **source,
        "table": "tickets",
        "columns": {"ticket_id": "id", "customer_id": "customer", "opened_at": "day", "resolved_at": "at"},
        "constants": {},
    }
    found = raw.take_in(tmp_path, {}, [source, table], "Europe/Berlin")
    orders = found.tables["interactions"].astype(str)
    assert orders["event_id"].tolist() == ["2", "12345678901234567890"]
    assert orders["customer_id"].tolist() == ["B", "Jörg 0004711"]
    assert orders["occurred_at"].tolist() == ["2024-03-01 11:00:00+00:00", "2024-03-31 01:00:00+00:00"]
    assert orders["amount"].fillna("none").tolist() == ["none", "1234.5"]
    (ticket,) = found.tables["tickets"].query("customer_id != 'B'").astype(str).to_dict("records")
    assert (ticket["opened_at"], ticket["resolved_at"]) == ("2024-02-29 23:00:00+00:00", "2024-03-01 12:00:00+00:00")


def test_postgresql_bad_rows_go_to_quarantine_with_their_content(postgres: str, tmp_path: Path) -> None:
    values = ", ".join(f"({k}, 'A', '2024-03-{k:02d}', 1.5)" for k in range(1, 20))
    execute(
        postgres,
        "create table few (id int, customer text, date date, amount float)",
        f"insert into few values {values}",
    )
    execute(postgres, "insert into few values (20, null, '2024-03-20', 2)")
    source = {**raw.ORDERS, "files": None, "url": postgres, "query": "select * from few order by id"}
    found = raw.take_in(tmp_path, {}, [source])
    assert raw.reasons(found) == [(20, "customer_id", "missing_id")]
    assert found.quarantine["content"].tolist() == ['{"id": 20, "customer": null, "date": "2024-03-20", "amount": 2.0}']


def test_postgresql_says_what_it_refuses(postgres: str) -> None:
    with pytest.raises(SourceError, match='relation "gone" does not exist'):
        read_query(postgres, "select * from gone")


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.execute("create table orders (id, customer, date, amount)")
    rows: list[tuple[Any, ...]] = [
        ("007", 5, "2024-03-01", 1.5),
        (8, "5", "2024-03-02", "2.5"),
        (9, None, "2024-03-02", None),
    ]
    connection.executemany("insert into orders values (?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return f"sqlite:///{tmp_path}/shop.db"


def test_sqlite_columns_of_mixed_types_become_text(sqlite: str, tmp_path: Path) -> None:
    source = {**raw.ORDERS, "files": None, "url": sqlite, "query": QUERY}
    found = raw.take_in(tmp_path, {}, [source], max_bad_share=0.5)
    rows = found.tables["interactions"][["event_id", "customer_id", "amount"]].to_numpy().tolist()
    assert rows == [["007", "5", 1.5], ["8", "5", 2.5]]
    assert [reason for _, _, reason in raw.reasons(found)] == ["missing_id"]


def test_the_url_takes_secrets_from_the_environment_and_never_shows_them(
    sqlite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "s3cret")
    with pytest.raises(SourceError) as caught:
        read_query("postgresql+psycopg://ann:${SHOP_PASSWORD}@127.0.0.1:1/shop", QUERY)
    assert "ann:***@127.0.0.1" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_variable_without_braces_lets_dvc_set_parameters(tmp_path: Path) -> None:
    params = tmp_path / "params.yaml"
    url = "postgresql+psycopg://ann:$SHOP_PASSWORD@db.example.com/shop"
    params.write_text(f"sources:\n  - table: payments\n    url: {url}\ntrain: {{folds: 4}}\n")
    apply_overrides(params, ["train.folds=3"])
    assert yaml.safe_load(params.read_text()) == {
        "sources": [{"table": "payments", "url": url}],
        "train": {"folds": 3},
    }
    assert expand(url, {"SHOP_PASSWORD": "s3cret"}) == "postgresql+psycopg://ann:s3cret@db.example.com/shop"


def test_a_dollar_before_no_name_stays_as_it_is() -> None:
    assert expand("a://u:$1$@h/%24d", {}) == "a://u:$1$@h/%24d"


def test_every_variable_that_is_not_set_is_named() -> None:
    assert expand("a://${USER}:${WORD}@h", {"USER": "u", "WORD": "w"}) == "a://u:w@h"
    with pytest.raises(SourceError, match=r"environment variable USER, WORD is not set.*\n?.*%24"):
        expand("a://${USER}:${WORD}@h", {})


@pytest.mark.parametrize(
    ("url", "text"), [("nonsense", "not a database URL"), ("gone+driver://h/d", "Install the driver")]
)
def test_urls_that_mean_nothing(url: str, text: str) -> None:
    with pytest.raises(SourceError, match=text):
        read_query(url, QUERY)


def test_an_empty_result_is_an_empty_table(sqlite: str) -> None:
    assert len(read_query(sqlite, QUERY + " where 1 = 0")) == 0


def test_a_sqlite_file_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shp.db"
    with pytest.raises(SourceError, match=f"no file {re.escape(str(tmp_path))}/shp.db"):
        read_query(url, QUERY)
    assert not (tmp_path / "shp.db").exists()
