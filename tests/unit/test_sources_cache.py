"""Raw files that were read before are not read again, and what comes out is the same to the byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import raw
from bleib.files import sha256
from bleib.settings import Settings
from bleib.sources import cache
from bleib.sources.ingest import ingest
from bleib.sources.pieces import Piece
from closure import SRC, closure

SOURCE: dict[str, Any] = {**raw.ORDERS, "files": "weeks"}


def week(number: int) -> str:
    """Orders of a week of March 2024, one row without customer, one a second delivery of the week before."""
    first = 7 * number + 1
    rows = [f"{day},C{day % 3},2024-03-{day:02d} 10:00,{day}.5\n" for day in range(first, first + 7)]
    again = f"{first - 1},C{(first - 1) % 3},2024-03-{first - 1:02d} 10:00,{first - 1}.5\n" if number else ""
    return raw.HEAD + "".join(rows) + again + f"x{number},,2024-03-{first:02d},1\n"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read, in order."""
    names: list[str] = []
    blocks = Piece.blocks

    def noted(piece: Piece) -> Any:
        names.append(piece.name)
        return blocks(piece)

    monkeypatch.setattr(Piece, "blocks", noted)
    return names


def settings(**changes: Any) -> Settings:
    return raw.settings([{**SOURCE, **changes}], max_bad_share=0.9)


def take_in(folder: Path, name: str, kept: str = "kept", chosen: Settings | None = None) -> str:
    """Ingest into the folder ``name``; a digest of all that came out."""
    found = ingest(chosen or settings(), folder, folder / name / "tables", folder / name / "bad.parquet", folder / kept)
    return sha256(folder / name) + found.page


def weeks(folder: Path, count: int) -> None:
    raw.write(folder, {f"weeks/{number}.csv": week(number) for number in range(count)})


def test_only_the_new_file_is_read_and_the_outputs_are_those_of_a_full_run(tmp_path: Path, read: list[str]) -> None:
    weeks(tmp_path, 3)
    take_in(tmp_path, "before")
    weeks(tmp_path, 4)
    read.clear()
    incremental = take_in(tmp_path, "incremental")
    assert read == ["weeks/3.csv"]
    assert incremental == take_in(tmp_path, "full", kept="nothing kept")
    assert sorted(read) == ["weeks/0.csv", "weeks/1.csv", "weeks/2.csv", "weeks/3.csv", "weeks/3.csv"]


def test_a_file_with_other_content_is_read_again_and_the_old_entry_goes(tmp_path: Path, read: list[str]) -> None:
    weeks(tmp_path, 3)
    take_in(tmp_path, "before")
    raw.write(tmp_path, {"weeks/1.csv": week(1).replace("8.5", "9.5")})
    read.clear()
    after = take_in(tmp_path, "after")
    assert read == ["weeks/1.csv"]
    assert after == take_in(tmp_path, "full", kept="nothing kept")
    assert len(list((tmp_path / "kept").iterdir())) == 3


@pytest.mark.parametrize("changes", [{"day_first": True}, {"missing": ["-"]}])
def test_other_settings_of_the_source_read_everything_again(
    tmp_path: Path, read: list[str], changes: dict[str, Any]
) -> None:
    weeks(tmp_path, 2)
    take_in(tmp_path, "before")
    read.clear()
    take_in(tmp_path, "after", chosen=settings(**changes))
    assert sorted(read) == ["weeks/0.csv", "weeks/1.csv"]


def test_other_code_reads_everything_again(tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    weeks(tmp_path, 2)
    take_in(tmp_path, "before")
    monkeypatch.setattr("bleib.sources.cache._code", lambda: "newer")
    read.clear()
    take_in(tmp_path, "after")
    assert sorted(read) == ["weeks/0.csv", "weeks/1.csv"]


def test_the_digest_of_the_code_covers_all_that_reads() -> None:
    read = {path for path in closure("bleib.sources.intake") if path.is_relative_to("src/bleib/sources")}
    assert sorted(read - {path.relative_to(SRC.parent) for path in cache.modules()}) == []


@pytest.mark.parametrize("ending", ["arrow", "parquet", "pickle"])
def test_a_damaged_entry_is_noticed_and_read_again(tmp_path: Path, read: list[str], ending: str) -> None:
    weeks(tmp_path, 1)
    whole = take_in(tmp_path, "before")
    (file,) = (tmp_path / "kept").rglob(f"*.{ending}")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    read.clear()
    assert take_in(tmp_path, "after") == whole
    assert read == ["weeks/0.csv"]


def test_an_entry_that_was_not_finished_is_read_again(tmp_path: Path, read: list[str]) -> None:
    weeks(tmp_path, 1)
    whole = take_in(tmp_path, "before")
    for file in (tmp_path / "kept").rglob("*.arrow"):
        file.unlink()
    read.clear()
    assert take_in(tmp_path, "after") == whole
    assert read == ["weeks/0.csv"]


def test_a_query_is_always_asked_again(tmp_path: Path) -> None:
    import sqlite3

    database = sqlite3.connect(tmp_path / "shop.db")
    database.execute("create table orders (id, customer, date, amount)")
    rows = [(str(day), "A", f"2024-03-{day:02d}", 1.5) for day in range(1, 20)]
    database.executemany("insert into orders values (?, ?, ?, ?)", rows)
    database.commit()
    chosen = settings(files=None, url=f"sqlite:///{tmp_path}/shop.db", query="select * from orders")
    before = take_in(tmp_path, "before", chosen=chosen)
    database.execute("insert into orders values ('20', 'A', '2024-03-20', 2.5)")
    database.commit()
    assert take_in(tmp_path, "after", chosen=chosen) != before
    database.close()


def test_two_sources_of_one_file_read_it_once(tmp_path: Path, read: list[str]) -> None:
    raw.write(tmp_path, {"orders.csv": raw.GOOD})
    small = {**raw.ORDERS, "where": [{"column": "amount", "below": 10}]}
    large = {**raw.ORDERS, "where": [{"column": "amount", "above": 10}], "constants": {"kind": "large"}}
    found = raw.run(raw.settings([small, large]), tmp_path)
    assert found.tables["interactions"]["kind"].value_counts().to_dict() == {"order": 9, "large": 19}
    assert read == ["orders.csv"]


def test_a_file_that_cannot_be_read_leaves_the_entries_of_the_others(tmp_path: Path, read: list[str]) -> None:
    weeks(tmp_path, 2)
    (tmp_path / "weeks" / "2.parquet").write_bytes(b"no parquet")
    with pytest.raises(Exception, match="not readable as Parquet"):
        take_in(tmp_path, "before")
    (tmp_path / "weeks" / "2.parquet").unlink()
    read.clear()
    take_in(tmp_path, "after")
    assert read == []
