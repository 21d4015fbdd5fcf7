"""The words of the report: one of a thing is told as one."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from bleib.reasons.words import Language
from bleib.report.definitions import definitions
from bleib.report.formats import Formats
from bleib.settings import Churn


@pytest.mark.parametrize(
    ("language", "trained", "tested", "again", "lead"),
    [
        (
            "en",
            "2 as-of dates, 9 October 2017 to 6 November 2017",
            "one as-of date, 4 December 2017",
            "trained again in the same way on 2 as-of dates, 6 November 2017 to 4 December 2017",
            "1 day",
        ),
        (
            "de",
            "2 Stichtagen, 9.\u00a0Oktober 2017 bis 6.\u00a0November 2017",
            "einem Stichtag, dem 4.\u00a0Dezember 2017",
            "auf dieselbe Weise noch einmal trainiert an 2 Stichtagen, 6.\u00a0November 2017 bis 4.\u00a0Dezember 2017",
            "1 Tag",
        ),
    ],
)
def test_one_date_and_one_day_are_told_as_one(
    language: Language, trained: str, tested: str, again: str, lead: str
) -> None:
    days = ["2017-10-09", "2017-11-06", "2017-12-04"]
    split = pd.DataFrame({"as_of_date": pd.to_datetime(days), "part": ["train", "train", "test"]})
    churn = Churn(kinds=["order"], lead_days=1, horizon_days=28)
    found = definitions(churn, date(2018, 1, 1), 100, split, days[1:], "params", "abc", Formats(language, "EUR"))
    assert [text for _, text in found[3:4] + found[5:8]] == [lead, trained, tested, again]
