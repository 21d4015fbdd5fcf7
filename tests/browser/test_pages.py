"""The pages in a real browser, opened from disk as a retention team opens them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import report_inputs
from bleib.report.list_page import list_page
from bleib.report.report_page import report_page

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        if os.environ.get("CI"):
            pytest.fail("CI must have chromium and chromedriver (Debian: chromium chromium-driver)")
        pytest.skip("no chromium with chromedriver on this machine (Debian: chromium chromium-driver)")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}", "--window-size=1300,900"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield found
    found.quit()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The list in both languages and the report, on disk."""
    out = tmp_path_factory.mktemp("pages")
    frame, metrics = report_inputs.at_risk(), report_inputs.metrics()
    for language in ("en", "de"):
        html = list_page(report_inputs.risk_list(frame), metrics, report_inputs.settings(language))
        (out / f"list_{language}.html").write_text(html, encoding="utf-8")
    evidence = report_inputs.evidence(passed=False)
    html = report_page(evidence, {"gain": report_inputs.PIXEL}, report_inputs.settings("de"))
    (out / "report.html").write_text(html, encoding="utf-8")
    return out


@pytest.fixture
def english(browser: Any, folder: Path) -> Any:
    return opened(browser, folder / "list_en.html")


def opened(browser: Any, path: Path) -> Any:
    browser.get_log("browser"), browser.get_log("performance")
    browser.get(path.as_uri())
    return browser


def shown(browser: Any) -> list[str]:
    """Names of the customers that can be seen, from top to bottom."""
    found: list[str] = browser.execute_script(
        "return Array.from(document.querySelectorAll('#list tbody tr'))"
        ".filter(row => row.checkVisibility()).map(row => row.querySelector('.who strong').innerText)"
    )
    return found


def type_in(browser: Any, words: str) -> None:
    field = browser.find_element("id", "search")
    field.clear()
    field.send_keys(words)


def choose(browser: Any, selector: str, value: str) -> None:
    from selenium.webdriver.support.select import Select

    Select(browser.find_element("css selector", selector)).select_by_visible_text(value)


def head(browser: Any, text: str) -> Any:
    buttons = browser.find_elements("css selector", "#list th button")
    return next(button for button in buttons if button.text == text)


@pytest.mark.parametrize("page", ["list_en.html", "list_de.html", "report.html"])
def test_page_opens_from_disk_without_errors_and_without_asking_the_network(
    browser: Any, folder: Path, page: str
) -> None:
    opened(browser, folder / page)
    assert browser.get_log("browser") == []
    resources = browser.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert [name for name in resources if not name.startswith("data:")] == []
    sent = [
        entry["message"] for entry in browser.get_log("performance") if "Network.requestWillBeSent" in entry["message"]
    ]
    assert not [message for message in sent if '"url":"http' in message]


@pytest.mark.parametrize("page", ["list_de.html", "report.html"])
@pytest.mark.parametrize("width", [400, 800, 1000, 1080, 1081, 1100, 1200, 1300])
def test_page_is_not_wider_than_its_window(browser: Any, folder: Path, page: str, width: int) -> None:
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    opened(browser, folder / page)
    inner, needed = browser.execute_script("return [window.innerWidth, document.documentElement.scrollWidth]")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert inner == width
    assert needed <= width


def test_markup_in_a_name_is_shown_and_not_obeyed(english: Any) -> None:
    assert report_inputs.NAMES[1] in shown(english)
    assert report_inputs.NAMES[5] in shown(english)
    assert english.find_elements("css selector", "#list tbody b") == []


def test_search_finds_names_numbers_and_reasons_whatever_the_accents(english: Any) -> None:
    assert len(shown(english)) == 40
    type_in(english, "anne weiss")
    assert shown(english) == ["Änne Weiß"]
    type_in(english, "00012345678901234567")
    assert shown(english) == [report_inputs.NAMES[0]]
    type_in(english, "tickets auto-renewal kundin 39")
    assert shown(english) == []
    assert english.find_element("id", "nothing").is_displayed()
    assert english.find_element("id", "count").text == "0 of 40 shown"


def test_filter_shows_only_the_play_and_reset_shows_all_again(english: Any) -> None:
    choose(english, "select[data-filter=play]", report_inputs.PLAYS[1])
    choose(english, "select[data-filter=tier]", "account manager")
    assert shown(english) == [report_inputs.NAMES[1], report_inputs.NAMES[4]]
    assert english.find_element("id", "count").text == "2 of 40 shown"
    english.find_element("id", "reset").click()
    assert len(shown(english)) == 40


def test_heads_sort_and_say_so_and_missing_values_come_last(english: Any) -> None:
    value = head(english, "Value at risk")
    value.click()
    assert shown(english)[0] == report_inputs.NAMES[0]
    value.click()
    assert (shown(english)[0], shown(english)[-1]) == ("Kundin 39", "Kundin 7")
    cell = value.find_element("xpath", "..")
    assert cell.get_attribute("aria-sort") == "ascending"
    head(english, "Customer").click()
    # letters of other languages in their place of the alphabet, numbers by size
    names = shown(english)
    assert names.index("Ægir Þórsson") < names.index("Änne Weiß") < names.index("Kundin 6") < names.index("Kundin 10")
    assert cell.get_attribute("aria-sort") == "none"


def test_list_can_be_searched_with_the_keyboard_alone(english: Any) -> None:
    from selenium.webdriver import ActionChains, Keys

    ActionChains(english).send_keys(Keys.TAB).send_keys("o'brien").perform()
    assert shown(english) == [report_inputs.NAMES[5]]
    ActionChains(english).send_keys(Keys.TAB * 4).send_keys(Keys.ENTER).perform()
    assert len(shown(english)) == 40


def test_german_page_speaks_german(browser: Any, folder: Path) -> None:
    opened(browser, folder / "list_de.html")
    assert browser.execute_script("return document.documentElement.lang") == "de"
    assert browser.find_element("tag name", "h1").text == "Abwanderungsgefährdete Kunden"
    assert browser.find_element("id", "count").text == "40 von 40 angezeigt"
    assert browser.find_element("css selector", "#list tbody .number[data-label^=Gef]").text == "1.235\u202f€"


def test_failed_model_is_red_before_everything_else_on_the_report(browser: Any, folder: Path) -> None:
    opened(browser, folder / "report.html")
    banner = browser.find_element("css selector", ".banner.failed")
    assert banner.is_displayed()
    assert banner.location["y"] < browser.find_element("id", "quality").location["y"]
    assert banner.value_of_css_property("background-color") == "rgba(163, 23, 30, 1)"
