"""The tables and the bars from what was measured: ``python -m benchmarks.features.report [PAGE]``.

With a page, its text between the markers of each part is replaced.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median

from benchmarks.features import results
from benchmarks.features.contenders.daily import formulas
from benchmarks.features.declared import features
from benchmarks.features.results import Row, say

NAMES = {
    "bound": "bound: DuckDB, one read, one group-by",
    "ours": "bleib, output written",
    "ours_daily": "bleib, the features of the loops",
    "polars_loop": "Polars customer-day loop",
    "duckdb_loop": "DuckDB customer-day loop, CASE sums",
    "featuretools_windows": "featuretools, cutoff times",
    "ingest": "ingest of CSV",
}
BOUND_BAR, BOUND_AIM, LOOP_BAR, FEATURETOOLS_BAR = 6, 3, 10, 40
LOOPS = ("polars_loop", "duckdb_loop")
OURS = {"ours": len(features()), "ours_daily": len(formulas(features()))}  # and how many features they make
UNITS = {"wall_s": "wall", "cpu_s": "CPU"}
NOT_MEASURED = "not measured"


def main(page: Path | None) -> None:
    """Print every table and the bars; write the tables into ``page`` where given."""
    for name, make in BLOCKS.items():
        text = make() or NOT_MEASURED
        say(f"\n{text}")
        if page:
            replace(page, name, text)


def contenders() -> str:
    """One table a size: medians over the runs."""
    tables = [_contender_table(results.read(part)) for part in _by_size()]
    return "\n\n".join(tables)


def featuretools() -> str:
    """Rows a second on identical keys."""
    rows = results.read("featuretools")
    if not rows:
        return ""
    keys = _snapshots(rows)
    lines = [
        (_name(who, rows), f"{_median(rows, who, 'wall_s'):.1f}", f"{_median(rows, who, 'cpu_s'):.1f}",
         f"{keys / _median(rows, who, 'wall_s'):,.0f}")
        for who in _order(rows)
    ]  # fmt: skip
    title = f"{_int(rows[0]['events']):,} events, {keys:,} snapshots, pairs run: {_pairs(rows)}, medians:"
    return f"{title}\n\n" + _table(("contender", "wall s", "CPU s", "snapshots / s"), lines)


def growth() -> str:
    """Ours and ingest against what grows."""
    rows = [*results.read("growth"), *results.read("ingest")]
    lines = [
        (str(row.get("varied", "ingest: rows")), f"{_int(row['events']):,}", f"{_int(row['customers']):,}",
         "" if row["contender"] == "ingest" else str(row["dates"]), f"{row['wall_s']:.1f}", f"{row['cpu_s']:.1f}",
         f"{row['peak_mb']:,.0f}", f"{1e6 * _float(row['cpu_s']) / _int(row['events']):.2f}")
        for row in rows
    ]  # fmt: skip
    head = ("varied", "events", "customers", "as-of dates", "wall s", "CPU s", "peak MB", "CPU µs / event")
    return _table(head, lines) if rows else ""


def bars() -> str:
    """Each bar with what was measured; a bar that is missed is said, and nothing fails."""
    lines = []
    for part in _by_size():
        rows = results.read(part)
        size = f"{_int(rows[0]['events']):,} events"
        ratio = 1 / _ratio(rows, "bound", "cpu_s")
        lines.append((f"CPU of ours ÷ bound, {size}", f"{ratio:.1f}", f"≤ {BOUND_BAR} (aim {BOUND_AIM})",
                      _verdict(ratio <= BOUND_BAR)))  # fmt: skip
        for unit, said in UNITS.items():
            faster = min(_ratio(rows, who, unit) for who in LOOPS if who in _order(rows))
            what = f"better of Polars and DuckDB ÷ ours, same features, {said}, {size}"
            lines.append((what, f"{faster:.1f}", f"≥ {LOOP_BAR}", _verdict(faster >= LOOP_BAR)))
    rows = results.read("featuretools")
    if rows:
        ratio = _ratio(rows, "featuretools_windows", "wall_s")
        what = f"snapshots a second, ours ÷ featuretools, {_int(rows[0]['events']):,} events"
        lines.append((what, f"{ratio:.0f}", f"≥ {FEATURETOOLS_BAR}", _verdict(ratio >= FEATURETOOLS_BAR)))
    return _table(("bar", "measured", "wanted", ""), lines) if lines else ""


BLOCKS: dict[str, Callable[[], str]] = {
    "contenders": contenders,
    "featuretools": featuretools,
    "growth": growth,
    "bars": bars,
}


def _contender_table(rows: list[Row]) -> str:
    lines = [
        (_name(who, rows), f"{_median(rows, who, 'wall_s'):.1f}", f"{_median(rows, who, 'cpu_s'):.1f}",
         f"{_median(rows, who, 'peak_mb'):,.0f}", "" if who in OURS else f"{_ratio(rows, who, 'cpu_s'):.2f}")
        for who in _order(rows)
    ]  # fmt: skip
    title = (
        f"{_int(rows[0]['events']):,} events, {_int(rows[0]['customers']):,} customers, {_snapshots(rows):,} "
        f"snapshots at {rows[0]['dates']} dates, pairs of each: {_pairs(rows)}, medians:"
    )
    return f"{title}\n\n" + _table(("contender", "wall s", "CPU s", "peak MB", "CPU ÷ ours, pairwise"), lines)


def _by_size() -> list[str]:
    return sorted(results.parts("contenders-"), key=lambda part: int(part.split("-")[1]))


def _name(who: str, rows: list[Row]) -> str:
    """With its version and the number of features that it computes; all of them are equal to ours."""
    told = {name: value for row in rows if row["contender"] == who for name, value in row.items()}
    said = [str(told["version"])] if "version" in told else []
    made = OURS.get(who, told.get("features"))
    if made:
        said.append(f"{made} of {OURS['ours']} features")
    return f"{NAMES[who]} ({', '.join(said)})" if said else NAMES[who]


def _order(rows: list[Row]) -> list[str]:
    return [who for who in NAMES if any(row["contender"] == who for row in rows)]


def _snapshots(rows: list[Row]) -> int:
    return next(_int(row["rows"]) for row in rows if "rows" in row)


def _pairs(rows: list[Row]) -> int:
    return 1 + max(_int(row["pair"]) for row in rows)


def _median(rows: list[Row], who: str, what: str) -> float:
    return median(_float(row[what]) for row in rows if row["contender"] == who)


def _ratio(rows: list[Row], other: str, what: str) -> float:
    """Median over the pairs of the other's figure ÷ ours of the same pair."""
    mine = {row["pair"]: _float(row[what]) for row in rows if row["against"] == other and row["contender"] in OURS}
    return median(_float(row[what]) / mine[row["pair"]] for row in rows if row["contender"] == other)


def _verdict(met: bool) -> str:
    return "met" if met else "MISSED"


def _table(head: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    head = list(head)
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, rule, *map(list, lines)])


def replace(page: Path, name: str, text: str) -> None:
    """Put the text between the markers; ValueError if the page has none."""
    begin, end = f"<!-- bench-features {name} begin -->", f"<!-- bench-features {name} end -->"
    old = page.read_text(encoding="utf-8")
    found = re.compile(f"{re.escape(begin)}.*{re.escape(end)}", re.DOTALL)
    if not found.search(old):
        raise ValueError(f"{page}: no markers for {name}; expected {begin} … {end}")
    fresh = found.sub(lambda _: f"{begin}\n\n{text}\n\n{end}", old)
    page.write_text(fresh, encoding="utf-8")


def _int(value: object) -> int:
    return int(str(value))


def _float(value: object) -> float:
    return float(str(value))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None)
