"""Training, purge and test dates."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

import model_worlds
from bleib import clock
from bleib.cohort.label import Calendar, as_of_dates
from bleib.errors import DataError
from bleib.model.split import dates_of, newest_mature, split_dates, trained_from
from bleib.settings import Churn, ClockSettings, Split

BOTH = ["churned", "stayed", "stayed"]
OPEN = ["open", "open", "open"]


def weekly(mature: int, still_open: int) -> pd.DataFrame:
    dates = model_worlds.days(mature + still_open, every=7).strftime("%Y-%m-%d")
    return model_worlds.snapshots_of({d: BOTH if k < mature else OPEN for k, d in enumerate(dates)})


def parts(snapshots: pd.DataFrame, split: Split, churn: Churn) -> list[str]:
    return split_dates(snapshots, split, churn)["part"].tolist()


def test_training_windows_close_before_the_first_test_date() -> None:
    churn = Churn(
        lead_days=3, horizon_days=14, usual_delay_days=0
    )  # known 17 days after t: three dates overlap the test
    got = split_dates(weekly(8, 2), Split(test_dates=2), churn)
    assert got["as_of_date"].dt.strftime("%m-%d").tolist() == [
        "01-01", "01-08", "01-15", "01-22", "01-29", "02-05", "02-12", "02-19", "02-26", "03-04",
    ]  # fmt: skip
    assert got["part"].tolist() == ["train"] * 4 + ["purged"] * 2 + ["test"] * 2 + ["open", "score"]


def test_a_window_that_ends_on_the_first_test_date_is_closed_and_one_day_longer_is_not() -> None:
    snapshots = weekly(4, 1)
    assert parts(snapshots, Split(test_dates=1), Churn(horizon_days=14, usual_delay_days=0)) == [
        "train",
        "train",
        "purged",
        "test",
        "score",
    ]
    assert parts(snapshots, Split(test_dates=1), Churn(horizon_days=15, usual_delay_days=0)) == [
        "train",
        "purged",
        "purged",
        "test",
        "score",
    ]


def test_only_the_newest_training_dates_are_kept() -> None:
    got = parts(weekly(6, 1), Split(test_dates=1, max_train_dates=2), Churn(horizon_days=7, usual_delay_days=0))
    assert got == ["purged", "purged", "purged", "train", "train", "test", "score"]


def test_a_mature_newest_date_is_a_test_date() -> None:
    assert parts(weekly(4, 0), Split(test_dates=1), Churn(horizon_days=7, usual_delay_days=0)) == [
        "train",
        "train",
        "train",
        "test",
    ]


def test_counts_are_those_of_each_date() -> None:
    got = split_dates(weekly(4, 1), Split(test_dates=1), Churn(horizon_days=7, usual_delay_days=0))
    assert got["snapshots"].tolist() == [3, 3, 3, 3, 3]
    assert got["churned"].tolist() == [1, 1, 1, 1, 0]


def test_nothing_left_to_train_on_says_how_many_dates_there_are_and_what_to_change() -> None:
    with pytest.raises(DataError, match=r"Of 4 dates 3 are mature .*2024-01-15.*90 days.*Lower churn\.horizon_days"):
        split_dates(weekly(3, 1), Split(test_dates=1), Churn(horizon_days=90, usual_delay_days=0))


def test_no_mature_date_at_all_is_said() -> None:
    with pytest.raises(DataError, match=r"0 are mature \(none\)"):
        split_dates(weekly(0, 4), Split(), Churn())


def test_contract_churn_that_cannot_be_trained_yet_says_from_when_on_it_works() -> None:
    said = r"Of 4 dates 1 are mature .* With these settings it works from 2024-06-30 on, when the data reach"
    with pytest.raises(DataError, match=said):
        split_dates(weekly(1, 3), Split(test_dates=1), Churn(definition="contract"), date(2024, 6, 30))


@pytest.mark.parametrize("mature", [0, 3])
def test_silence_churn_that_cannot_be_trained_yet_has_neither_training_nor_test_dates(mature: int) -> None:
    churn = Churn(definition="silence", horizon_days=60, usual_delay_days=0)
    got = split_dates(weekly(mature, 4 - mature), Split(test_dates=1), churn, date(2024, 6, 30))
    assert got["part"].tolist() == ["purged"] * mature + ["open"] * (3 - mature) + ["score"]
    assert dates_of(got, "train") == dates_of(got, "test") == []


GRID = ClockSettings(every_days=10, dates=20, min_history_days=30)


@pytest.mark.parametrize(
    ("data_end", "expected"),
    [
        # As-of dates lie 10, 20, … days before the end. Mature are those from 50 days on (45 are needed), so that the
        # test dates lie 50 and 60 days before it, and a training date 110 days (45 or more before them); no as-of
        # date lies before 2024-01-31, 30 days after the first day of the data.
        (date(2024, 2, 20), date(2024, 5, 20)),
        (date(2024, 5, 19), date(2024, 5, 20)),
        (date(2024, 5, 20), date(2024, 5, 20)),
        (date(2025, 1, 1), date(2025, 1, 1)),
    ],
)
def test_the_day_from_which_on_a_model_can_be_trained(data_end: date, expected: date) -> None:
    churn = Churn(lead_days=10, horizon_days=30, usual_delay_days=5)
    assert trained_from(date(2024, 1, 1), data_end, GRID, churn, Split(test_dates=2)) == expected


def test_from_that_day_on_and_not_before_the_dates_are_shared_out() -> None:
    """The day is found from the calendar alone; the split itself agrees."""
    churn, split = Churn(lead_days=10, horizon_days=30, usual_delay_days=5), Split(test_dates=2)
    for end, parts_there in ((date(2024, 5, 19), {"purged", "open", "score"}), (date(2024, 5, 20), None)):
        days = as_of_dates(GRID, Calendar(date(2024, 1, 1), end))
        outcomes = {str(day): BOTH if clock.is_mature(day, churn.wait_days, end) else OPEN for day in days}
        found = split_dates(model_worlds.snapshots_of(outcomes), split, churn, date(2024, 5, 20))
        assert (set(found["part"]) == parts_there) if parts_there else ({"train", "test"} <= set(found["part"]))


def test_more_time_does_not_help_where_too_few_dates_are_looked_at() -> None:
    few = ClockSettings(every_days=10, dates=4, min_history_days=30)
    assert (
        trained_from(date(2024, 1, 1), date(2024, 3, 1), few, Churn(horizon_days=60, usual_delay_days=0), Split())
        is None
    )


def test_training_dates_without_a_churner_are_refused() -> None:
    dates = model_worlds.days(3, every=7).strftime("%Y-%m-%d")
    snapshots = model_worlds.snapshots_of({d: ["stayed", "competing"] for d in dates})
    with pytest.raises(DataError, match="0 of 4 snapshots of the 2 training dates churned"):
        split_dates(snapshots, Split(test_dates=1), Churn(horizon_days=7, usual_delay_days=0))


def test_test_dates_without_a_churner_are_refused_because_nothing_could_be_judged() -> None:
    dates = model_worlds.days(3, every=7).strftime("%Y-%m-%d")
    outcomes = dict.fromkeys(dates[:2], BOTH) | {dates[2]: ["stayed", "competing", "stayed"]}
    with pytest.raises(DataError, match="0 of 3 snapshots of the 1 test dates churned"):
        split_dates(model_worlds.snapshots_of(outcomes), Split(test_dates=1), Churn(horizon_days=7, usual_delay_days=0))


def test_whoever_ended_otherwise_is_not_the_other_outcome() -> None:
    """A model cannot learn from churned ones alone, however many died or had given notice before."""
    dates = model_worlds.days(3, every=7).strftime("%Y-%m-%d")
    snapshots = model_worlds.snapshots_of({d: ["churned", "competing", "left_in_lead"] for d in dates})
    with pytest.raises(DataError, match="2 of 6 snapshots of the 2 training dates churned and 0 stayed"):
        split_dates(snapshots, Split(test_dates=1), Churn(horizon_days=7, usual_delay_days=0))


def test_dates_of_a_part_survive_the_way_through_a_csv_file(tmp_path) -> None:  # type: ignore[no-untyped-def]
    split_dates(weekly(4, 1), Split(test_dates=1), Churn(horizon_days=14, usual_delay_days=0)).to_csv(
        tmp_path / "s.csv", index=False
    )
    assert dates_of(pd.read_csv(tmp_path / "s.csv"), "train") == [
        pd.Timestamp("2024-01-01"),
        pd.Timestamp("2024-01-08"),
    ]


def test_training_dates_that_are_kept_need_both_outcomes_and_so_do_the_newest() -> None:
    outcomes = dict.fromkeys(model_worlds.days(8, every=7).strftime("%Y-%m-%d"), BOTH)
    days = list(outcomes)
    split, churn = Split(test_dates=2, max_train_dates=1), Churn(horizon_days=7, usual_delay_days=0)
    for day, part in ((days[4], "1 training dates"), (days[6], "1 newest mature dates")):
        nobody = model_worlds.snapshots_of(outcomes | {day: ["stayed"] * 3} | {days[7]: OPEN})
        with pytest.raises(DataError, match=f"0 of 3 snapshots of the {part} churned"):
            split_dates(nobody, split, churn)


def test_the_model_of_the_list_may_learn_from_the_newest_mature_dates() -> None:
    split = split_dates(weekly(4, 1), Split(test_dates=1), Churn(horizon_days=14, usual_delay_days=0))
    assert split["part"].tolist() == ["train", "train", "purged", "test", "score"]
    days = [
        str(day.date())
        for day in newest_mature(split, Split(max_train_dates=2), Churn(horizon_days=7, usual_delay_days=0))
    ]
    assert days == ["2024-01-15", "2024-01-22"]


def test_what_arrives_late_is_waited_for_before_a_date_is_trained_on() -> None:
    """A list of the first test day would not have known the outcomes of a window that closed on that very day."""
    late = Churn(horizon_days=14, usual_delay_days=1)
    assert parts(weekly(4, 1), Split(test_dates=1), late) == ["train", "purged", "purged", "test", "score"]
    split = split_dates(weekly(4, 1), Split(test_dates=1), late)
    assert [str(day.date()) for day in newest_mature(split, Split(), late)] == ["2024-01-01", "2024-01-08"]


def test_the_model_of_a_list_drawn_up_for_a_day_in_the_past_does_not_know_how_it_ended() -> None:
    """The newest date is mature: its own outcome, and those of windows that reach beyond it, are the answers."""
    churn = Churn(horizon_days=14, usual_delay_days=0)
    split = split_dates(weekly(8, 0), Split(test_dates=2), churn)
    assert split["part"].tolist()[-2:] == ["test", "test"]
    days = [str(day.date()) for day in newest_mature(split, Split(), churn)]
    assert days[-1] == "2024-02-05"  # closed on 2024-02-19, the day of the list
    assert "2024-02-12" not in days


def test_a_date_on_which_nobody_has_a_label_is_mature_when_it_is_known_how_all_of_it_ended() -> None:
    dates = model_worlds.days(4, every=7).strftime("%Y-%m-%d")
    outcomes = dict.fromkeys(dates[:2], BOTH) | {dates[2]: ["competing", "left_in_lead"], dates[3]: BOTH}
    got = parts(model_worlds.snapshots_of(outcomes), Split(test_dates=1), Churn(horizon_days=7, usual_delay_days=0))
    assert got == ["train", "train", "train", "test"]


def test_a_date_whose_outcome_is_still_on_its_way_is_nothing_for_the_model_of_the_list() -> None:
    """Its window is over by the newest date, but the usual delay is not: its snapshots have no label."""
    churn = Churn(horizon_days=7, usual_delay_days=0)
    split = split_dates(weekly(5, 3), Split(test_dates=1), churn)
    assert split["part"].tolist() == ["train"] * 4 + ["test", "open", "open", "score"]
    assert newest_mature(split, Split(), churn)[-1] == pd.Timestamp("2024-01-29")


def test_a_newest_date_that_is_given_does_not_wait_for_more_dates_but_for_outcomes() -> None:
    """As-of dates are 2024-03-01, 02-20, 02-10 and 01-31, ten days apart; an outcome is known after 30 days.

    That of the training date 01-31 is known by the test date 03-01, whose own is known on 2024-03-31.
    """
    given, churn = GRID.model_copy(update={"newest": date(2024, 3, 1)}), Churn(horizon_days=25, usual_delay_days=5)
    found = trained_from(date(2024, 1, 1), date(2024, 3, 1), given, churn, Split(test_dates=1))
    assert found == date(2024, 3, 31)
