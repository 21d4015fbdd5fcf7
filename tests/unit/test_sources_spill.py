"""Rows between the two passes: any run of slots is read without the others."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from bleib.sources import spill

ROWS = pa.table({"customer_id": ["d", "a", "c", "b", "a"], "_row": [1, 2, 3, 4, 5]})
SLOTS = np.array([3, 0, 2, 1, 0])


@pytest.fixture
def block(tmp_path: Path) -> Path:
    spill.write_rows(tmp_path / "block.arrow", ROWS, "orders.csv", SLOTS, 4)
    return tmp_path / "block.arrow"


def test_rows_of_some_slots_come_in_the_order_of_slots_and_rows(block: Path):
    rows, file = spill.read_slots(block, 0, 2)
    assert rows.to_pydict() == {"customer_id": ["a", "a", "b"], "_row": [2, 5, 4]}
    assert file == "orders.csv"
    assert spill.read_slots(block, 2, 2)[0].num_rows == 0


def test_rows_that_have_moved_are_left_out(block: Path):
    np.save(block.parent / "gone.npy", np.array([False, True, False, False, True]))
    rows, _ = spill.read_slots(block, 0, 4, block.parent / "gone.npy")
    assert rows["_row"].to_pylist() == [2, 4, 3]
    assert spill.read_slots(block, 0, 4, block.parent / "none.npy")[0].num_rows == 5


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux tells which files are mapped")
def test_rows_that_were_read_keep_no_page_of_the_block_in_memory(block: Path):
    rows, _ = spill.read_slots(block, 1, 3)
    patience = time.monotonic() + 10  # a thread of Arrow's may let go of its share a moment later
    while str(block) in Path("/proc/self/maps").read_text():
        assert time.monotonic() < patience
    assert rows["_row"].to_pylist() == [4, 3]
