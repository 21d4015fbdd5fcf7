"""The list as an Excel workbook: the list itself and a sheet that explains it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import pandas as pd

from bleib.clock import to_date
from bleib.report import quality
from bleib.report.formats import UNSURE, WHOLE_FROM, Formats
from bleib.report.list_page import RiskList, has_value, notes, outcome_days
from bleib.report.texts import texts
from bleib.settings import Settings

ACCENT = "#1f6f8b"
BAR = "#8fc1d1"
BAD = "#a3171e"
LINE = 15.0  # points
PROSE_LETTERS = 90  # in a line of the sheet that explains
ALWAYS = ("rank", "customer_id", "churn_probability", "due_date")  # columns that an empty list has too
PRINTED = "due_date"  # the last column on paper; the ones behind it are for filters and for other programs
PROBABILITY = f'[>={1 - UNSURE}]"> 99%";[<={UNSURE}]"< 1%";0%'  # as Formats.probability has it
DATE_FORMATS = {"en": "d mmm yyyy", "de": "dd.mm.yyyy"}
# The workbook's numbers of row and column count from 0.


@dataclass(frozen=True)
class Column:
    """One column of the sheet: field of the list, heading, how it is written, width in characters, explanation."""

    field: str
    title: str
    kind: str
    width: int
    about: str


def workbook(risk_list: RiskList, metrics: dict[str, Any], settings: Settings) -> bytes:
    """The bytes of the .xlsx, the same for the same content; arguments as for ``list_page.list_page``.

    Text is never a formula: a name such as ``=cmd|…`` stays what it is, also after the cell was edited.
    """
    import xlsxwriter

    out = io.BytesIO()
    t = texts(settings.company.language)
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    )
    book.set_properties(
        {
            "title": t["list_title"],
            "company": settings.company.name,
            "created": datetime.combine(risk_list.as_of, time()),
        }
    )
    columns = _columns(risk_list, settings)
    formats = _formats(book, settings)
    _list_sheet(book.add_worksheet(t["sheet_list"]), risk_list, columns, formats, metrics, settings)
    _read_me(book.add_worksheet(t["sheet_read_me"]), risk_list, columns, formats, metrics, settings)
    book.close()
    return out.getvalue()


def _columns(risk_list: RiskList, settings: Settings) -> list[Column]:
    """The columns that hold anything, in the order of the list."""
    at_risk = risk_list.rows
    f, t = Formats(settings.company.language, settings.company.currency), texts(settings.company.language)
    start, end = outcome_days(risk_list.as_of, settings.churn, f)
    days = f.number(settings.listing.value_horizon_days)
    about = {"start": start, "end": end, "days": days, "currency": settings.company.currency}
    plan = [
        ("rank", "rank", "whole", 7),
        ("display_name", "customer", "text", 30),
        ("customer_id", "customer_id", "text", 23),
        ("churn_probability", "probability", "percent", 19),
        ("value_at_risk", "value", "money", 14),
        ("expected_net_value", "net", "money", 14),
        *((f"reason_{k}", "reason", "text", 36) for k in (1, 2, 3)),
        ("play", "play", "text", 28),
        ("due_date", "due", "date", 13),
        ("tier", "tier", "text", 17),
        ("segment", "segment", "text", 14),
        ("as_of_date", "as_of", "date", 13),
        ("model_version", "model", "text", 15),
    ]
    return [
        Column(field, t[f"col_{key}"].format(k=field[-1]), kind, width, t[f"about_{key}"].format(**about))
        for field, key, kind, width in plan
        if field in ALWAYS or (at_risk[field].notna().any() and (kind != "money" or has_value(at_risk)))
    ]


def _formats(book: Any, settings: Settings) -> dict[str, Any]:
    f = Formats(settings.company.language, settings.company.currency)
    before, behind = (f'"{f.sign}"', "") if f.sign_leads else ("", f' "{f.sign}"')
    cell = {"valign": "top", "bottom": 1, "bottom_color": "#dde3e8"}
    return {
        "head": book.add_format(
            {"bold": True, "font_color": "#ffffff", "bg_color": ACCENT, "valign": "vcenter", "text_wrap": True}
        ),
        "text": book.add_format(
            {**cell, "text_wrap": True, "quote_prefix": True, "num_format": "@", "align": "left", "indent": 1}
        ),
        "whole": book.add_format({**cell, "num_format": "0", "align": "center"}),
        "percent": book.add_format({**cell, "num_format": PROBABILITY}),
        "money": book.add_format({**cell, "num_format": f"{before}#,##0{behind}"}),
        "cents": book.add_format({**cell, "num_format": f"{before}0.00{behind}"}),
        "date": book.add_format({**cell, "num_format": DATE_FORMATS[settings.company.language], "align": "left"}),
        "title": book.add_format({"bold": True, "font_size": 18, "font_color": ACCENT}),
        "bold": book.add_format({"bold": True, "valign": "top", "text_wrap": True}),
        "prose": book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True}),
        "failed": book.add_format(
            {"bold": True, "font_color": "#ffffff", "bg_color": BAD, "text_wrap": True, "valign": "vcenter"}
        ),
    }


def _style(kind: str, value: Any) -> str:
    """The format of a cell: that of its column, but cents where an amount is small, as on the page.

    One format with a condition for every size would do, but LibreOffice leaves out the minus of the last.
    """
    return "cents" if kind == "money" and abs(value) < WHOLE_FROM else kind


def _list_sheet(
    sheet: Any,
    risk_list: RiskList,
    columns: list[Column],
    formats: dict[str, Any],
    metrics: dict[str, Any],
    settings: Settings,
) -> None:
    at_risk = risk_list.rows
    t, last = texts(settings.company.language), len(columns) - 1
    head = 0
    warning = _warning(metrics, settings)
    if warning:
        _warn(sheet, formats, warning)
        head = 1
    for k, column in enumerate(columns):
        sheet.set_column(k, k, column.width)
        sheet.write_string(head, k, column.title, formats["head"])
        write = _writer(sheet, column.kind)
        for row, value in enumerate(at_risk[column.field], start=head + 1):
            if pd.isna(value):
                sheet.write_blank(row, k, None, formats[column.kind])
            else:
                write(row, k, value, formats[_style(column.kind, value)])
    sheet.set_row(head, 2 * LINE)
    for row, lines in enumerate(_lines(at_risk, columns), start=head + 1):
        sheet.set_row(row, LINE * lines)
    sheet.freeze_panes(head + 1, 2)
    fields, foot = [column.field for column in columns], head + max(1, len(at_risk))
    if at_risk.empty:
        sheet.merge_range(foot, 0, foot, last, t["nobody"], formats["prose"])
    else:
        sheet.autofilter(head, 0, foot, last)
        _bars(sheet, fields.index("churn_probability"), head + 1, foot)
    _print_setup(sheet, head, settings, risk_list.as_of, t)
    sheet.print_area(0, 0, foot, fields.index(PRINTED))


def _lines(at_risk: pd.DataFrame, columns: list[Column]) -> list[int]:
    """Lines each row needs for its longest wrapped text; not every program finds the height itself."""
    needed = [
        -(-at_risk[column.field].fillna("").str.len() // (column.width - 1))
        for column in columns
        if column.kind == "text"
    ]
    return [max(1, *(int(lines) for lines in row)) for row in zip(*needed, strict=True)]


def _warning(metrics: dict[str, Any], settings: Settings) -> str:
    """What must be said loudly; empty where the model passed."""
    banner = quality.banner(metrics, Formats(settings.company.language, settings.company.currency))
    return "" if banner.kind == "passed" else f"{banner.title}. {banner.text}"


def _warn(sheet: Any, formats: dict[str, Any], warning: str) -> None:
    sheet.merge_range(0, 0, 0, 7, warning, formats["failed"])
    sheet.set_row(0, 3 * LINE)
    sheet.set_tab_color(BAD)


def _writer(sheet: Any, kind: str) -> Callable[..., Any]:
    if kind == "text":
        return sheet.write_string
    if kind == "date":
        return lambda row, k, value, style: sheet.write_datetime(
            row, k, datetime.combine(to_date(value), time()), style
        )
    return sheet.write_number


def _bars(sheet: Any, column: int, first: int, last: int) -> None:
    sheet.conditional_format(
        first,
        column,
        last,
        column,
        {
            "type": "data_bar",
            "bar_color": BAR,
            "bar_solid": True,
            "min_type": "num",
            "max_type": "num",
            "min_value": 0,
            "max_value": 1,
        },
    )


def _print_setup(sheet: Any, head: int, settings: Settings, day: Any, t: dict[str, str]) -> None:
    f = Formats(settings.company.language, settings.company.currency)
    company = settings.company.name.replace("&", "&&")
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.set_header(f"&L{company} – {t['list_title']}&R{t['as_of'].format(day=f.day(day))}")
    sheet.set_footer(f"&R{t['page_of']}")


def _read_me(
    sheet: Any,
    risk_list: RiskList,
    columns: list[Column],
    formats: dict[str, Any],
    metrics: dict[str, Any],
    settings: Settings,
) -> None:
    f, t = Formats(settings.company.language, settings.company.currency), texts(settings.company.language)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, PROSE_LETTERS + 2)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, t["list_title"], formats["title"])
    sheet.write_string(1, 0, f"{settings.company.name} · {t['as_of'].format(day=f.day(risk_list.as_of))}")
    row = 3
    warning = _warning(metrics, settings)
    if warning:
        sheet.merge_range(row, 0, row, 1, warning, formats["failed"])
        sheet.set_row(row, 3.2 * LINE)
        row += 2
    sheet.write_string(row, 0, t["how_to_read"], formats["bold"])
    for note in filter(None, notes(risk_list, metrics, settings)):
        _write_prose(sheet, row, note, formats)
        row += 1
    row += 1
    for k, title in enumerate((t["column"], t["explained"])):
        sheet.write_string(row, k, title, formats["head"])
    for at, column in enumerate(columns, start=row + 1):
        sheet.write_string(at, 0, column.title, formats["bold"])
        _write_prose(sheet, at, column.about, formats)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _write_prose(sheet: Any, row: int, text: str, formats: dict[str, Any]) -> None:
    """Text in the second column, with the height of its lines."""
    sheet.write_string(row, 1, text, formats["prose"])
    sheet.set_row(row, LINE * -(-len(text) // PROSE_LETTERS))
