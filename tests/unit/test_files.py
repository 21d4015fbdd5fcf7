"""Files are wholly written or not touched."""

from __future__ import annotations

import errno
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from bleib import files


def test_failed_write_leaves_the_earlier_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    files.write_json(path, {"b": 1})
    with pytest.raises(ValueError, match="JSON"):
        files.write_json(path, {"b": float("nan")})
    assert files.read_json(path) == {"b": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    for name in ("old.txt", "new.txt"):
        with files.replacing(folder) as fresh:
            fresh.mkdir()
            (fresh / name).write_text("x", encoding="utf-8")
    assert [p.name for p in folder.iterdir()] == ["new.txt"]


def test_failed_folder_leaves_the_earlier_one(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    with files.replacing(folder) as fresh:
        fresh.mkdir()
        (fresh / "kept.txt").write_text("x", encoding="utf-8")
    with pytest.raises(RuntimeError), files.replacing(folder) as fresh:
        fresh.mkdir()
        raise RuntimeError
    assert [p.name for p in folder.iterdir()] == ["kept.txt"]


def made(folder: Path, name: str) -> None:
    with files.replacing(folder) as fresh:
        fresh.mkdir()
        for part in ("0000", "0001"):
            (fresh / part).write_text(name, encoding="utf-8")


def test_folder_that_was_never_made_leaves_the_earlier_one(tmp_path: Path) -> None:
    made(tmp_path / "tables", "old")
    with pytest.raises(FileNotFoundError), files.replacing(tmp_path / "tables"):
        pass
    assert (tmp_path / "tables/0001").read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["tables"]


def test_folder_that_cannot_take_its_place_leaves_the_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path / "tables", "old")
    replace = Path.replace

    def fails_once_there_is_room(self: Path, target: Path) -> Path:
        if self.parent.name.startswith(".tables-") and not target.exists():
            raise OSError(errno.EIO, "the disk is broken")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fails_once_there_is_room)
    with pytest.raises(OSError, match="the disk is broken"):
        made(tmp_path / "tables", "new")
    assert (tmp_path / "tables/0001").read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["tables"]


def test_many_attempts_at_one_folder_leave_one_whole_folder(tmp_path: Path) -> None:
    names = [f"attempt {number}" for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: made(tmp_path / "tables", name), names))
    found = {part.read_text(encoding="utf-8") for part in (tmp_path / "tables").iterdir()}
    assert len(found) == 1
    assert found <= set(names)
    assert [p.name for p in tmp_path.iterdir()] == ["tables"]


def test_what_a_killed_process_left_in_a_fresh_folder_is_swept(tmp_path: Path) -> None:
    folder = tmp_path / "features.parquet"
    with files.replacing(folder) as fresh:
        files.write_text(fresh / "0000.parquet", "whole")
        (fresh / ".0001.parquet-x2f").mkdir()
        (fresh / ".0001.parquet-x2f/0001.parquet").write_text("ha", encoding="utf-8")
    assert [p.name for p in folder.rglob("*")] == ["0000.parquet"]


def test_hidden_file_of_a_network_file_system_stops_nothing(tmp_path: Path) -> None:
    with files.replacing(tmp_path / "features.parquet") as fresh:
        files.write_text(fresh / "0000.parquet", "whole")
        (fresh / ".nfs0001").write_text("still open somewhere", encoding="utf-8")
    assert (tmp_path / "features.parquet/0000.parquet").read_text(encoding="utf-8") == "whole"


def test_two_attempts_at_one_file_leave_one_whole_file(tmp_path: Path) -> None:
    with files.replacing(tmp_path / "part") as slow:
        slow.write_text("sl", encoding="utf-8")
        files.write_text(tmp_path / "part", "swift")
        assert (tmp_path / "part").read_text(encoding="utf-8") == "swift"
        slow.write_text("slow", encoding="utf-8")
    assert [p.name for p in tmp_path.iterdir()] == ["part"]
    assert (tmp_path / "part").read_text(encoding="utf-8") == "slow"


def test_parquet_bytes_depend_on_the_content_only(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1.5, 2.5], "b": ["x", "ü"]})
    for name in ("one", "two"):
        files.write_parquet(tmp_path / name, frame.copy())
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_hash_of_a_folder_is_the_hash_of_its_files_by_name(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("2", encoding="utf-8")
    (tmp_path / "a").write_text("1", encoding="utf-8")
    assert files.sha256(tmp_path) == files.sha256(tmp_path / "a", tmp_path / "b")
