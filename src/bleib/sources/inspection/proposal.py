"""A first `sources:` section from a look at raw files, with every doubt said."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import yaml

from bleib.errors import DataError
from bleib.settings import Source
from bleib.sources.inspection import customers, doubts, guesses
from bleib.sources.inspection.leftovers import left_out
from bleib.sources.inspection.profiles import profile
from bleib.sources.inspection.views import Seen, look
from bleib.sources.reading.raw_file import format_of
from bleib.sources.union import EVENTS
from bleib.sources.values import as_text
from bleib.tables import CANONICAL

FEW = 0.05  # repeated ids below this share are deliveries and mistakes, not the grain of the file
TOTAL = r"(summe|gesamt(summe|anzahl)?|anzahl|total|sum|end of file|dateiende|ende)\b"
DEFAULT_MISSING = set(Source.model_fields["missing"].default)


@dataclass
class Proposal:
    """Proposed settings: sources as plain values, each with its doubts and with the columns that are left out; merge
    tables; what concerns all.
    """

    sources: list[dict[str, Any]] = field(default_factory=list)
    doubts: list[list[str]] = field(default_factory=list)
    left: list[list[str]] = field(default_factory=list)
    merges: list[dict[str, Any]] = field(default_factory=list)
    general: list[str] = field(default_factory=list)

    def add(self, source: dict[str, Any], found: list[str], left: list[str] | None = None) -> None:
        """One more source with what is doubtful about it, and the columns that it does not use."""
        self.sources.append(source)
        self.doubts.append(found)
        self.left.append(left or [])


def propose(files: list[Path]) -> Proposal:
    """Look at raw files (CSV, Excel, JSON, Parquet, folders of them); DataError where none can be read."""
    seen, troubles = look(files)
    if not seen:
        raise DataError("no file with rows could be read\n" + "\n".join(f"  - {text}" for text in troubles))
    proposal = Proposal(general=troubles)
    for view in seen:
        _propose_source(view, seen, proposal)
    if not any(source["table"] == "interactions" for source in proposal.sources):
        _events_from_another_table(proposal)
    return proposal


def render(proposal: Proposal) -> str:
    """The proposal as YAML for params.yaml, doubts and columns that are left out as comments."""
    lines = ["# Proposed by `bleib inspect`. Read every doubt, correct, and put it into params.yaml."]
    lines += _comments("doubt", proposal.general, "")
    lines.append("sources:")
    for source, found, left in zip(proposal.sources, proposal.doubts, proposal.left, strict=True):
        lines += _comments("doubt", found, "  ") + _comments("not mapped", left, "  ")
        lines += ["  " + line for line in _yaml([source])]
    lines += ["  " + line for line in _yaml(proposal.merges)] if proposal.merges else []
    return "\n".join(lines)


def _propose_source(view: Seen, seen: list[Seen], proposal: Proposal) -> None:
    merge = guesses.merge_columns(view.profiles)
    if merge:
        proposal.merges.append(_merge(view, *merge))
        return
    customer, why = customers.customer_of(view, seen)
    table = guesses.guess_table(view.stem, view.profiles, customer)
    columns = guesses.guess_columns(table, view.profiles, customer)
    found = [*doubts.of_header(view.table.column_names), *_deliveries(view, table), *why]
    found += [*doubts.of_columns(view.profiles, columns), *doubts.of_rows(view.ragged)]
    _find_customer(view, table, columns, seen, proposal, found)
    if "customer_id" not in columns and not any(p.kind == "time" for p in view.profiles):
        held = "; ".join(left_out(view.table, view.profiles, (), view.dialect))
        no_use = "left out, no column looks like a customer's number, none like a time"
        proposal.general.append(f"{view.label}: {no_use} ({held})")
        return
    missing_required = [name for name in CANONICAL[table].required if name not in columns and name not in _made(table)]
    if clock := guesses.only_time(table, columns):
        found.append(f"{clock} is taken for when it happened, because it is the only column of times")
    found += [f"no column found for {name} ({CANONICAL[table].column(name).meaning})" for name in missing_required]
    source = _source(view, table, columns)
    rows = _rows(view, source)
    if rows is None:
        proposal.general.append(
            f"{view.label}: left out, because it has several rows an id and no column says when a row became true"
        )
        return
    found += [*rows, *doubts.of_times(view.table, source), *doubts.of_texts(view.table, columns.values())]
    found += doubts.of_forms(view.header, view.table, source)
    _filter_total(view, source, found)
    _filter_missing_customers(view, source, found)
    left = left_out(view.table, view.profiles, _used(source), view.dialect)
    returns = doubts.cancellations(view.table, source, view.profiles)
    if returns is None:
        proposal.add(source, found, left)
        return
    letter, column, text = returns
    sale = {**source, "where": [*source.get("where", []), {"column": column, "not_starts_with": letter}]}
    back = {**source, "where": [*source.get("where", []), {"column": column, "starts_with": letter}]}
    proposal.add(sale, [*found, text], left)
    proposal.add({**back, "constants": {"kind": "return"}}, [f"the cancellations of {view.path.name}"])


def _used(source: dict[str, Any]) -> set[str]:
    """The raw columns that a proposed source looks at."""
    factors = {name for names in source.get("products", {}).values() for name in names}
    single = {source.get("changed_at", ""), source.get("kind", {}).get("column", "")}
    return {*source["columns"].values(), *factors, *single}


def _deliveries(view: Seen, table: str) -> list[str]:
    if len(view.files) == 1:
        return []
    alike = "mostly the same fields" if format_of(view.files[0]) == "json" else "the same columns"
    what = f"{len(view.files)} files with {alike}"
    if table in EVENTS:
        return [f"{what}: parts of one table"]
    newest = view.files[-1].name
    return [f"{what}: deliveries of one table, of which {newest} counts as the newest (by its name)"]


def _made(table: str) -> set[str]:
    """Required columns that a source gets without a raw column."""
    return {"kind", *({CANONICAL[table].key[0]} if table != "customers" else set())}


def _source(view: Seen, table: str, columns: dict[str, str]) -> dict[str, Any]:
    source: dict[str, Any] = {"table": table, **_place(view)}
    source |= _time_format(view, columns)
    source["columns"] = columns
    missing = {text for p in view.profiles if p.name in columns.values() for text in p.no_value} - DEFAULT_MISSING
    if missing:
        source["missing"] = sorted(DEFAULT_MISSING | missing)
    source |= _product(view, table, columns)
    source |= _kind(view, table, columns)
    return source


def _place(view: Seen) -> dict[str, Any]:
    """Where the rows lie, and how they are written."""
    sheet = {"sheet": view.sheet} if view.sheet else {}
    changed = view.dialect.model_dump(exclude_defaults=True)
    return {"files": str(view.path), **sheet, **({"csv": changed} if changed else {})}


def _time_format(view: Seen, columns: dict[str, str]) -> dict[str, Any]:
    names = [*columns.values(), guesses.state_column(view.profiles)]
    formats = {p.date_format for p in view.profiles if p.name in names and p.kind == "time"} - {"typed", "ISO"}
    if "day_first" in formats:
        return {"day_first": True}
    return {"date_format": max(formats, key=len)} if formats else {}


def _product(view: Seen, table: str, columns: dict[str, str]) -> dict[str, Any]:
    """Amount from a price and a quantity where no total is given."""
    price = [
        p.name
        for p in view.profiles
        if p.kind == "number" and re.search(r"unit_?price|einzelpreis|^price$|^preis$", p.key)
    ]
    if table != "interactions" or "amount" in columns or "quantity" not in columns or not price:
        return {}
    return {"products": {"amount": [columns["quantity"], price[0]]}}


def _kind(view: Seen, table: str, columns: dict[str, str]) -> dict[str, Any]:
    if "kind" not in CANONICAL[table].names:
        return {}
    column = guesses.kind_column(view.profiles)
    if table == "surveys":
        return {"constants": {"kind": "csat" if "csat" in view.stem.lower() else "nps"}}
    if column is not None:
        return {
            "kind": {
                "column": column.name,
                "values": {value: guesses.known_kind(table, value) for value in column.values},
            }
        }
    has_amount = "amount" in columns or bool(_product(view, table, columns))
    return {"constants": {"kind": "earned" if table == "loyalty" else guesses.constant_kind(view.stem, has_amount)}}


def _rows(view: Seen, source: dict[str, Any]) -> list[str] | None:
    """Several rows an id: state changes, lines, or versions. The source is changed to what they look like.

    None where nothing can be made of them.
    """
    key, table = CANONICAL[source["table"]].key[0], source["table"]
    raw = source["columns"].get(key)
    rows = view.newest.num_rows
    found = profile(raw, view.newest[raw], view.dialect) if raw else None
    if found is None or found.unique or "valid_from" in source["columns"]:
        return []
    changed = guesses.state_column(view.profiles)
    repeated = round(found.filled * rows) - found.distinct
    if repeated <= FEW * rows:
        return [f"{repeated:,} rows repeat a {found.name}: equal ones are dropped, others go to quarantine"]
    several = f"{rows:,} rows but {found.distinct:,} different {found.name}"
    if changed and table != "interactions":
        source["changed_at"] = changed
        late = doubts.filled_in_later(view.table, source, view.profiles, changed)
        return [f"{several}: taken as one row per state change at {changed} (changed_at)", *late]
    if table == "interactions":
        source["one_row_per"] = [key]
        return [f"{several}: taken as lines that are summed to one event (one_row_per)"]
    return None


def _merge(view: Seen, old: str, new: str) -> dict[str, Any]:
    return {"table": "merges", **_place(view), "columns": {"old": old, "new": new}}


def _find_customer(
    view: Seen, table: str, columns: dict[str, str], seen: list[Seen], proposal: Proposal, found: list[str]
) -> None:
    """Where no column names the customer: by way of another file that knows both ids, else the contract itself."""
    if "customer_id" in columns:
        return
    bridge = customers.bridge(view, seen)
    if bridge:
        other, shared, customer = bridge
        columns["customer_id"] = shared
        merge = _merge(other, shared, customer)
        proposal.merges += [merge] if merge not in proposal.merges else []
        found.append(f"no customer here: {shared} is translated into {customer} by {other.path.name} (table: merges)")
        return
    key = columns.get(CANONICAL[table].key[0])
    if key:
        columns["customer_id"] = key
        found.append(f"no customer here: each {key} is taken as a customer of its own")


def _filter_total(view: Seen, source: dict[str, Any], found: list[str]) -> None:
    """A last line that counts or sums the others is no row; where more rows begin so, it is the name of somebody."""
    name = view.table.column_names[0]
    texts = as_text(view.table[name], [])
    last = texts[-1].as_py() or ""
    word = re.match(TOTAL, last.strip(), re.IGNORECASE)
    if word and pc.sum(pc.starts_with(texts, word.group())).as_py() <= len(view.files):
        source["where"] = [{"column": name, "not_starts_with": word.group()}]
        found.append(f"the last row begins with {last.strip()[:60]!r}: left out with where")


def _filter_missing_customers(view: Seen, source: dict[str, Any], found: list[str]) -> None:
    customer = next((p for p in view.profiles if p.name == source["columns"].get("customer_id")), None)
    if customer is None or customer.filled >= 1:
        return
    share = 1 - customer.filled
    if share > 0.05:
        source["where"] = [*source.get("where", []), {"column": customer.name, "filled": True}]
        found.append(f"{share:.1%} of the rows have no {customer.name}: left out with where")
    else:
        found.append(f"{share:.2%} of the rows have no {customer.name}: they go to quarantine")


def _events_from_another_table(proposal: Proposal) -> None:
    """bleib needs events; where there are only tickets or contracts, their begin is one."""
    proposal.general.append("no table of events (orders, logins, usage) among these files; bleib needs at least one")
    begins = {"tickets": "opened_at", "contracts": "started_at"}
    usable = [s for s in proposal.sources if begins.get(s["table"], "") in s["columns"]]
    for source in usable[:1]:
        table, names = source["table"], source["columns"]
        columns = {"customer_id": names["customer_id"], "occurred_at": names[begins[table]]}
        key = CANONICAL[table].key[0]
        lines = {}
        if "changed_at" in source:
            columns["event_id"], lines = names[key], {"one_row_per": ["event_id"]}
        same = ("files", "sheet", "csv", "day_first", "date_format", "missing", "where")
        kept = {name: source[name] for name in same if name in source}
        kind = {"constants": {"kind": table.rstrip("s")}}
        event = {"table": "interactions", **kept, "columns": columns, **kind, **lines}
        proposal.add(event, [f"the begin of each of the {table} taken as an event, for want of better ones"])


def _comments(what: str, texts: list[str], indent: str) -> list[str]:
    return [f"{indent}# {what}: {' '.join(text.split())}" for text in texts]


def _yaml(value: Any) -> list[str]:
    text = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=math.inf, default_flow_style=None)
    return text.rstrip("\n").split("\n")
