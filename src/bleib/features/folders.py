"""Features bucket by bucket: from the folders of tables and snapshots to the folder of features.

Rounds over the buckets, each a task that any worker may run: find the dates, count what there is (from it follow the
features), compute all but the ranks, and, where there are ranks, add them: they compare customers of all buckets, so
the figures to rank among are gathered before, feature by feature.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bleib import buckets, workers
from bleib.clock import timestamp, to_date
from bleib.contents import add_counts, count_kinds, kinds_of
from bleib.features.catalogue import catalogue
from bleib.features.declaration import Feature
from bleib.features.drafts import ROW_DATE, load_peers, read_draft, save_peers, write_draft, write_features
from bleib.features.emptied import GROUPS, check_emptied, count_filled
from bleib.features.encode import NAMES, as_arrow, interaction_events
from bleib.features.engine import KEY, Sheet, compute_bucket
from bleib.features.featurize import no_snapshots
from bleib.features.inventory import take_inventory
from bleib.features.ranks import rank, ranked_names
from bleib.features.streams import STREAM, count_versions, event_stream, refused_columns
from bleib.settings import Churn, Company, Engine, Features
from bleib.tables import CANONICAL

SHEET = Sheet()


@dataclass(frozen=True)
class FindDates:
    """Task: the as-of dates of a bucket's snapshots."""

    snapshots: Path

    def __call__(self, bucket: int) -> set[date]:
        """The days, each once."""
        column = pq.read_table(buckets.part(self.snapshots, bucket), columns=["as_of_date"])["as_of_date"]
        return {to_date(day) for day in column.unique().to_pylist()}


@dataclass(frozen=True)
class CountContents:
    """Task: what the events of a bucket hold, which attributes have validity dates, and where they are filled.

    ``newest``: the newest as-of date.
    """

    tables: Path
    features: Features
    newest: pd.Timestamp

    def __call__(self, bucket: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Counts of kinds, of versions and of filled attributes."""
        tables = _others(self.tables, bucket)
        others = [count_kinds(events) for events in _events_of(tables, self.features)]
        interactions = [kinds_of(file) for file in _interactions(self.tables, bucket)]
        return add_counts([*others, *interactions]), count_versions(tables), count_filled(tables, self.newest)


@dataclass(frozen=True)
class ComputeFeatures:
    """Task: all features of a bucket's snapshots, without the ranks a draft, into a part of ``out``."""

    tables: Path
    snapshots: Path
    out: Path
    days: tuple[date, ...]
    declarations: tuple[Feature, ...]
    time_zone: str
    features: Features

    def __call__(self, bucket: int) -> int:
        """The number of rows."""
        rows = self._rows(bucket)
        found = compute_bucket(self._stream(bucket), rows, self.declarations, self.days, self.time_zone, SHEET)
        columns = {f.name: found.columns[f.name] for f in self.declarations if f.combine != "rank"}
        if ranked_names(self.declarations):
            write_draft(buckets.part(self.out, bucket), rows, columns | {ROW_DATE: found.row_date})
        else:
            write_features(buckets.part(self.out, bucket), rows, columns)
        return len(rows)

    def _rows(self, bucket: int) -> pa.Table:
        file = buckets.part(self.snapshots, bucket)
        rows = pq.read_table(file, columns=KEY, read_dictionary=["customer_id"]).replace_schema_metadata()
        days = pa.array(self.days, pa.date32()).cast(rows["as_of_date"].type)
        wanted = pc.is_in(rows["as_of_date"], days)
        return rows if pc.all(wanted).as_py() else rows.filter(wanted)

    def _stream(self, bucket: int) -> pa.Table:
        others = _events_of(_others(self.tables, bucket), self.features)
        interactions = [interaction_events(_read(file)) for file in _interactions(self.tables, bucket)]
        return pa.concat_tables([*others, *interactions] or [as_arrow(event_stream({}, self.features))])


@dataclass(frozen=True)
class GatherPeers:
    """Task of one of the ranked features: its figures over all drafts, ascending by date."""

    drafts: Path
    peers: Path
    numbers: Sequence[int]
    days: int
    ranked: Sequence[str]

    def __call__(self, number: int) -> None:
        """Nothing is returned."""
        save_peers(self.peers, self.drafts, self.numbers, self.ranked[number], self.days)


@dataclass(frozen=True)
class AddRanks:
    """Task: a bucket's draft with the ranks, into a part of ``out``."""

    drafts: Path
    peers: Path
    out: Path
    days: int
    declarations: tuple[Feature, ...]

    def __call__(self, bucket: int) -> None:
        """Nothing is returned."""
        draft = read_draft(buckets.part(self.drafts, bucket))
        columns = {f.name: self._ranks(f, draft) if f.combine == "rank" else draft[f.name] for f in self.declarations}
        write_features(buckets.part(self.out, bucket), draft, columns)

    def _ranks(self, feature: Feature, draft: Mapping[str, pa.Array]) -> np.ndarray:
        of, row_date = (draft[name].to_numpy() for name in (feature.of, ROW_DATE))
        return rank(of, row_date, load_peers(self.peers, feature.of, self.days))


def find_dates(snapshots: Path, engine: Engine = workers.LOCAL) -> list[date]:
    """The as-of dates of a folder of snapshots, ascending. DataError for snapshots without rows."""
    numbers = buckets.numbers(snapshots)
    if not numbers:
        raise no_snapshots()
    return sorted(set[date]().union(*workers.each(FindDates(snapshots), numbers, engine)))


def featurize_folders(
    tables: Path,
    snapshots: Path,
    out: Path,
    company: Company,
    churn: Churn,
    features: Features,
    days: Sequence[date] | None = None,
    engine: Engine = workers.LOCAL,
) -> tuple[list[Feature], int]:
    """Fill the folder ``out`` with the features of the snapshots; returns the declarations and the number of rows.

    ``tables``: folder of canonical tables in buckets. ``days``: only these as-of dates; None: all of the snapshots.
    ``engine``: where the tasks run. The rows equal those of ``featurize``, ordered by bucket, then by customer_id and
    as_of_date. DataError for snapshots without rows. Not atomic by itself.
    """
    days, numbers = tuple(days or find_dates(snapshots, engine)), buckets.numbers(snapshots)
    declarations = tuple(_declare(tables, timestamp(max(days), company.time_zone), churn, features, engine))
    ranked = ranked_names(declarations)
    out.mkdir()
    with TemporaryDirectory(prefix=".features-", dir=out.parent) as work:
        drafts, peers = Path(work) / "drafts", Path(work) / "peers"
        drafts.mkdir()
        target = drafts if ranked else out
        compute = ComputeFeatures(tables, snapshots, target, days, declarations, company.time_zone, features)
        rows = sum(workers.each(compute, numbers, engine))
        if ranked:
            peers.mkdir()
            workers.each(GatherPeers(drafts, peers, numbers, len(days), ranked), range(len(ranked)), engine)
            workers.each(AddRanks(drafts, peers, out, len(days), declarations), numbers, engine)
    return list(declarations), rows


def _others(tables: Path, bucket: int) -> dict[str, pd.DataFrame]:
    """All tables of a bucket but the interactions, which are many."""
    return buckets.read_tables(tables, [name for name in CANONICAL if name != "interactions"], bucket)


def _events_of(tables: dict[str, pd.DataFrame], features: Features) -> list[pa.Table]:
    return [as_arrow(event_stream(tables, features))] if tables else []


def _interactions(tables: Path, bucket: int) -> list[Path]:
    """The file of a bucket's interactions; none where there are no rows."""
    file = buckets.part(tables / "interactions.parquet", bucket)
    return [file] if file.exists() else []


def _read(interactions: Path) -> pa.Table:
    """The columns of a stream, names as dictionaries."""
    columns = [name for name in STREAM if name in CANONICAL["interactions"].names]
    return pq.read_table(interactions, columns=columns, read_dictionary=[name for name in NAMES if name in columns])


def _declare(tables: Path, newest: pd.Timestamp, churn: Churn, features: Features, engine: Engine) -> list[Feature]:
    names = [tables / f"{name}.parquet" for name in buckets.table_names(tables)]
    found = workers.each(CountContents(tables, features, newest), buckets.numbers(*names), engine)
    counts, versions, filled = zip(*found, strict=True)
    check_emptied(pd.concat(filled).groupby(level=GROUPS).sum(), features)
    refused = refused_columns(pd.concat(versions).groupby(level="column").sum(), features)
    return catalogue(take_inventory(add_counts(counts), churn, features), features, refused)
