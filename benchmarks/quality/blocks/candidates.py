"""The columns of all blocks for the training dates of a set, beside those that the product has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.quality.blocks.block import TRY, Block, Known
from benchmarks.quality.blocks.proof import some_customers
from benchmarks.quality.dates import shared_out
from benchmarks.quality.prepare import Prepared
from benchmarks.quality.sets import DataSet
from bleib.contents import count_kinds
from bleib.features.catalogue import available, catalogue
from bleib.features.declaration import Feature
from bleib.features.encode import as_arrow
from bleib.features.engine import compute
from bleib.features.inventory import take_inventory
from bleib.features.streams import count_versions, event_stream, refused_columns
from bleib.model.guards import drop_constant
from bleib.model.rows import KEY, Rows, labelled_rows

MOST = 60_000  # rows to try blocks on
NOISE = [f"noise_{k}" for k in range(6)]  # as many columns as most blocks have


@dataclass(frozen=True)
class Tried:
    """Labelled rows with the features of the product (``base``), noise, and every block that the data allow."""

    rows: Rows
    base: list[str]
    noise: list[str]
    blocks: dict[str, list[str]]


def tried(company: Prepared, chosen: DataSet, blocks: Sequence[Block], most: int = MOST) -> Tried:
    """Features of the training dates of the earliest test: no date on which anything is judged is among them.

    ``most``: rows.
    """
    dates = shared_out(company.snapshots, company.settings, min(chosen.tests, key=lambda test: test.newest))[0]
    keys = company.snapshots.loc[company.snapshots["as_of_date"].isin(dates), KEY]
    frame, declared = _kernel_columns(company, keys, blocks)
    columns = {block.name: _columns(block, frame, company, declared[block.name]) for block in blocks}
    named = {name: part.add_prefix(f"{name}:") for name, part in columns.items()}
    base = [name for name in company.features if name not in KEY]
    everything = pd.concat([frame[[*KEY, *base]], _noise(frame), *named.values()], axis=1)
    rows, _ = drop_constant(some_customers(labelled_rows(everything, company.snapshots, dates), most))
    kept = {name: [c for c in part if c in rows.X] for name, part in named.items()}
    blocks_left = {name: part for name, part in kept.items() if part}
    return Tried(rows, [c for c in base if c in rows.X], list(NOISE), blocks_left)


def _noise(frame: pd.DataFrame) -> pd.DataFrame:
    values = np.random.default_rng(len(NOISE)).normal(size=(len(frame), len(NOISE)))
    return pd.DataFrame(values.astype(np.float32), frame.index, columns=NOISE)


def _kernel_columns(
    company: Prepared, keys: pd.DataFrame, blocks: Sequence[Block]
) -> tuple[pd.DataFrame, dict[str, list[Feature]]]:
    settings = company.settings
    stream = event_stream(company.tables, settings.features)
    data = take_inventory(count_kinds(as_arrow(stream)), settings.churn, settings.features)
    base = catalogue(data, settings.features, refused_columns(count_versions(company.tables), settings.features))
    known = Known(data, _topics(stream))
    wanted = {block.name: block.declare(known) for block in blocks}
    names = {f.name for f in base}
    each = {f.name: f for features in wanted.values() for f in features if f.name not in names}
    kept = available([*base, *each.values()], data)
    frame = compute(stream, keys, kept, settings.company.time_zone)
    there = {f.name for f in kept}
    return frame, {name: [f for f in features if f.name in there] for name, features in wanted.items()}


def _topics(stream: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    told = stream.loc[stream["topic"].notna(), ["kind", "topic"]]
    return {str(kind): tuple(part.value_counts().index) for kind, part in told.groupby("kind")["topic"]}


def _columns(block: Block, frame: pd.DataFrame, company: Prepared, declared: Sequence[Feature]) -> pd.DataFrame:
    found = frame[[f.name for f in declared if f.name.startswith(TRY)]]
    made = [] if block.derive is None else [block.derive(frame, company).astype(np.float32)]
    return pd.concat([found, *made], axis=1)
