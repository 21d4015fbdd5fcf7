from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

import report_inputs
from bleib.report.workbook import workbook

pytestmark = pytest.mark.filterwarnings(
    "ignore:.* extension is not supported"
)  # the bars, which openpyxl does not know


def book(language: str = "en", passed: bool = True) -> Any:
    content = workbook(report_inputs.risk_list(), report_inputs.metrics(passed), report_inputs.settings(language))
    return openpyxl.load_workbook(io.BytesIO(content))


def column(sheet: Any, title: str, head: int = 1) -> list[Any]:
    titles = [cell.value for cell in sheet[head]]
    return [row[titles.index(title)] for row in sheet.iter_rows(min_row=head + 1)]


def test_ids_survive_as_text() -> None:
    cells = column(book()["List"], "Customer number")
    assert [cell.value for cell in cells[:3]] == ["00012345678901234567", "00001", "00002"]
    assert {cell.data_type for cell in cells} == {"s"}


def test_a_name_that_looks_like_a_formula_is_text() -> None:
    cell = column(book()["List"], "Customer")[2]
    assert (cell.value, cell.data_type) == ("=cmd|' /C calc'!A0", "s")
    assert cell.quotePrefix


def test_figures_and_days_are_figures_and_days() -> None:
    sheet = book()["List"]
    assert column(sheet, "Probability")[0].value == 0.93
    assert column(sheet, "Probability")[0].number_format == '[>=0.995]"> 99%";[<=0.005]"< 1%";0%'
    assert column(sheet, "By")[0].is_date
    assert column(sheet, "By")[7].value is None


@pytest.mark.parametrize(
    ("amount", "form"),
    [
        (300.0, '#,##0 "€"'),
        (10.0, '#,##0 "€"'),
        (9.99, '0.00 "€"'),
        (0.08, '0.00 "€"'),
        (-0.12, '0.00 "€"'),
        (-12.0, '#,##0 "€"'),
    ],
)
def test_cents_only_of_what_is_small_by_a_format_that_every_program_shows_with_its_minus(
    amount: float, form: str
) -> None:
    """LibreOffice shows −0.12 without minus where one format has conditions for all sizes."""
    frame = report_inputs.at_risk()
    frame.loc[0, ["value_at_risk", "expected_net_value"]] = amount
    content = workbook(report_inputs.risk_list(frame), report_inputs.metrics(True), report_inputs.settings("en"))
    sheet = openpyxl.load_workbook(io.BytesIO(content))["List"]
    for title in ("Value at risk", "Expected net value"):
        cell = column(sheet, title)[0]
        assert (cell.value, cell.number_format) == (amount, form)


def test_dollars_stand_before_the_amounts_of_an_english_workbook() -> None:
    settings = report_inputs.settings("en")
    american = settings.model_copy(update={"company": settings.company.model_copy(update={"currency": "USD"})})
    content = workbook(report_inputs.risk_list(), report_inputs.metrics(True), american)
    cell = column(openpyxl.load_workbook(io.BytesIO(content))["List"], "Value at risk")[0]
    assert cell.number_format == '"$"#,##0'


def test_expected_net_value_stands_beside_the_value_and_is_explained() -> None:
    found = book()
    titles = [cell.value for cell in found["List"][1]]
    assert titles[titles.index("Value at risk") + 1] == "Expected net value"
    cell = column(found["List"], "Expected net value")[0]
    assert cell.value == 300
    explained = {row[0].value: row[1].value for row in found["Read me"].iter_rows()}
    assert explained["Expected net value"] == (
        "Chance that the contact helps × value at risk − its cost, in EUR. Negative: the contact costs more than it "
        "should bring."
    )


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_text_of_the_second_sheet_has_the_room_that_its_lines_need(language: str) -> None:
    """A line of the column holds some 90 letters; a row that is too low prints its text over the next one."""
    sheet = book(language)["Read me" if language == "en" else "Hinweise"]
    lines = {row[1].row: -(-len(row[1].value) // 90) for row in sheet.iter_rows() if row[1].value}
    assert max(lines.values()) > 1
    assert [row for row, needed in lines.items() if (sheet.row_dimensions[row].height or 15) < 15 * needed] == []


def test_head_is_frozen_and_filtered_and_paper_is_landscape() -> None:
    sheet = book()["List"]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "A1:O41"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


@pytest.mark.parametrize(("language", "names"), [("en", ["List", "Read me"]), ("de", ["Liste", "Hinweise"])])
def test_second_sheet_explains_every_column_in_the_language(language: str, names: list[str]) -> None:
    found = book(language)
    assert found.sheetnames == names
    explained = {row[0].value for row in found[names[1]].iter_rows()}
    assert {cell.value for cell in found[names[0]][1]} <= explained


def test_failed_gate_stands_above_the_list() -> None:
    sheet = book(passed=False)["List"]
    assert sheet["A1"].value.startswith("This model failed its check")
    assert sheet["A2"].value == "Rank"
    assert sheet.freeze_panes == "C3"
    assert book()["List"]["A1"].value == "Rank"


def test_that_nothing_is_proved_stands_above_the_list_and_in_the_notes() -> None:
    content = workbook(report_inputs.risk_list(), report_inputs.unproved(), report_inputs.settings())
    found = openpyxl.load_workbook(io.BytesIO(content))
    said = "Nothing is proved yet. No outcome is closed early enough to train a model and to test it."
    assert found["List"]["A1"].value.startswith(said)
    assert found["List"]["A1"].value.endswith(
        "When the data reach 30 September 2025 a model will be trained and tested."
    )
    assert found["Read me"]["A4"].value == found["List"]["A1"].value


def test_columns_without_any_content_are_absent() -> None:
    frame = report_inputs.at_risk().assign(segment=None, reason_3=None)
    content = workbook(report_inputs.risk_list(frame), report_inputs.metrics(), report_inputs.settings())
    titles = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(content))["List"][1]]
    assert "Segment" not in titles
    assert "Reason 3" not in titles


@pytest.mark.parametrize("passed", [True, False])
def test_list_of_nobody_says_so_and_has_its_day(passed: bool) -> None:
    nobody = report_inputs.risk_list(report_inputs.at_risk(0))
    content = workbook(nobody, report_inputs.metrics(passed), report_inputs.settings())
    found = openpyxl.load_workbook(io.BytesIO(content))
    head = 1 if passed else 2
    assert [cell.value for cell in found["List"][head]][:4] == ["Rank", "Customer number", "Probability", "By"]
    assert found["List"].cell(head + 1, 1).value.startswith("Nobody is on this list")
    assert found["Read me"]["A2"].value == "Nordlicht & Söhne · As of 7 June 2025"


def test_same_list_gives_the_same_bytes() -> None:
    make = [workbook(report_inputs.risk_list(), report_inputs.metrics(), report_inputs.settings()) for _ in range(2)]
    assert make[0] == make[1]
