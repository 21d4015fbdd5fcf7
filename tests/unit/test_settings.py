"""params.yaml: what is accepted, what is refused, and how it is said."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bleib.errors import SettingsError
from bleib.settings import Engine, load_settings, parse_settings

ROOT = Path(__file__).resolve().parents[2]


def test_shipped_params_are_accepted() -> None:
    assert load_settings(path=ROOT / "params.yaml").churn.definition == "contract"


def test_stage_sees_only_the_sections_it_asked_for() -> None:
    settings = load_settings("churn", path=ROOT / "params.yaml")
    assert settings.listing is None


def test_all_faults_are_told_at_once_with_what_was_meant() -> None:
    raw = {"churn": {"horizon": 30, "lead_days": -1}, "company": {"time_zone": "Europe/Berln"}}
    with pytest.raises(SettingsError) as caught:
        parse_settings(raw)
    text = str(caught.value)
    assert "3 faults" in text
    assert "churn.horizon: unknown name; did you mean horizon_days?" in text
    assert "churn.lead_days: Input should be greater than or equal to 0 (found -1)" in text
    assert "did you mean Europe/Berlin" in text


@pytest.mark.parametrize(
    ("section", "name", "value", "most"),
    [
        ("clock", "dates", 100_000, 10_000),
        ("clock", "every_days", 36_501, 36_500),
        ("churn", "active_days", 1_000_000, 36_500),
        ("churn", "horizon_days", 9_000_000, 36_500),
        ("churn", "lead_days", 99_999_999, 36_500),
    ],
)
def test_lengths_for_which_the_calendar_has_no_days_are_refused(section: str, name: str, value: int, most: int) -> None:
    said = rf"{section}\.{name}: Input should be less than or equal to {most} \(found {value}\)"
    with pytest.raises(SettingsError, match=said):
        parse_settings({section: {name: value}})
    assert getattr(getattr(parse_settings({section: {name: most}}), section), name) == most


PLAY = {"name_en": "Call", "name_de": "Anruf", "cost": 1, "success": 0.1}
UNKNOWN_NAMES = {
    "churn": {"lead_days": -1},
    "features": {
        "exclude_families": ["ticket"],
        "extra": [{"name": "own", "family": "cadenc", "meaning": "m", "kinds": ["login"]}],
    },
    "listing": {
        "tiers": [{"name": "manager", "top_share": 0.2}],
        "plays": {
            "call": {**PLAY, "families": ["complaint", "tickets"], "tiers": ["manger"]},
            "visit": {**PLAY, "families": ["sport"], "tiers": ["manager"]},
        },
    },
}


def test_unknown_families_and_tiers_are_told_with_all_other_faults() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(UNKNOWN_NAMES)
    assert str(caught.value).splitlines() == [
        "params.yaml: 6 faults",
        "  - churn.lead_days: Input should be greater than or equal to 0 (found -1)",
        "  - features.exclude_families: unknown family 'ticket'; did you mean tickets?",
        "  - features.extra.own.family: unknown family 'cadenc'; did you mean cadence?",
        "  - listing.plays.call.families: unknown family 'complaint'; did you mean complaints?",
        "  - listing.plays.call.tiers: unknown tier 'manger'; did you mean manager?",
        "  - listing.plays.visit.families: unknown family 'sport'; known: recency, frequency, cadence, value, tickets, "
        "complaints, satisfaction, onboarding, price, payments, loyalty, contract, engagement",
    ]


def test_first_stage_tells_the_faults_of_the_last(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(yaml.safe_dump(UNKNOWN_NAMES), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"listing\.plays\.call\.families: unknown family 'complaint'"):
        load_settings("company", "sources", "ingest", path=path)


def test_every_play_of_the_shipped_params_names_what_there_is() -> None:
    raw = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    assert len(parse_settings({"listing": raw["listing"]}).listing.plays) == 12


def test_bare_date_is_refused_because_dvc_cannot_read_it(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("clock: {newest: 2026-01-31}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r'clock\.newest: write the date in quotes: "2026-01-31"'):
        load_settings(path=path)


def test_unknown_section_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("chrun: {}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"chrun: unknown section; did you mean churn\?"):
        load_settings(path=path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n", "found list"),
        ("a: [\n", "not readable YAML"),
        (None, "run bleib in the folder that holds params.yaml"),
    ],
)
def test_file_that_is_no_params_is_refused(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "params.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        load_settings(path=path)


@pytest.mark.parametrize(
    "source",
    [
        {"table": "interactions", "columns": {}},
        {"table": "interactions", "columns": {}, "files": "a.csv", "url": "sqlite://"},
        {"table": "interactions", "columns": {}, "url": "sqlite://"},
    ],
)
def test_source_needs_exactly_one_origin(source: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match=r"sources\.0"):
        parse_settings({"sources": [source]})


@pytest.mark.parametrize(
    ("space", "said"),
    [
        ({"num_leafs": [4, 8]}, "num_leafs: unknown name; did you mean num_leaves?"),
        ({"n_estimators": [4, 8]}, "n_estimators: the number of trees is found on the folds"),
        ({"num_leaves": [8, 4]}, "num_leaves: expected [lowest, highest], found [8.0, 4.0]"),
        ({"num_leaves": [8]}, "num_leaves: expected [lowest, highest], found [8.0]"),
        ({"num_leaves": [1, 8]}, "num_leaves: Input should be greater than or equal to 2 (found 1.0)"),
        ({"num_leaves": [2, 8.5]}, "num_leaves: Input should be a valid integer"),
        ({"linear_penalty": [0, 1]}, "linear_penalty: Input should be greater than 0 (found 0.0)"),
        ({}, "nothing to try; known: learning_rate, num_leaves"),
    ],
)
def test_space_of_a_search_holds_legal_ranges_only(space: dict[str, list[float]], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings({"search": {"space": space}})
    assert str(caught.value).startswith("params.yaml: 1 fault\n  - search.space: Value error, ")
    assert said in str(caught.value)


def test_every_fault_of_a_search_is_told() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings({"search": {"minutes": -1, "space": {"subsample": [0.5, 2], "max_bin": [255, 127]}}})
    text = str(caught.value)
    assert "search.minutes: Input should be greater than or equal to 0 (found -1)" in text
    assert "subsample: Input should be less than or equal to 1 (found 2.0); max_bin: expected [lowest, highest]" in text


def test_search_is_off_and_has_the_shipped_space_where_params_do_not_name_it() -> None:
    assert parse_settings({"search": None}).search == load_settings("search", path=ROOT / "params.yaml").search
    assert parse_settings({"search": None}).search.minutes == 0


def test_settings_do_not_change() -> None:
    settings = parse_settings({"churn": {}})
    with pytest.raises(ValueError, match="frozen"):
        settings.churn.lead_days = 3  # type: ignore[misc]


def test_a_date_that_no_calendar_has_is_told_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_text("clock:\n  newest: 2026-13-01\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"params\.yaml is not readable YAML: month must be in 1\.\.12"):
        load_settings("clock", path=tmp_path / "params.yaml")


def test_engine_may_be_given_by_its_bare_name() -> None:
    assert parse_settings({"engine": "spark"}).engine == parse_settings({"engine": {"name": "spark"}}).engine
    assert parse_settings({"engine": None}).engine == Engine(name="local", master="local[*]", conf={})


def test_engine_on_the_command_line_keeps_the_settings_of_params() -> None:
    engine = parse_settings({"engine": {"master": "spark://host:7077"}}).engine
    assert engine.called("spark") == Engine(name="spark", master="spark://host:7077")
    assert engine.called(None) is engine


def test_unknown_engine_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"engine\.name: Input should be 'local' or 'spark' \(found 'sparc'\)"):
        parse_settings({"engine": "sparc"})


def test_conf_of_the_engine_is_written_as_spark_writes_it() -> None:
    engine = parse_settings({"engine": {"conf": {"spark.ui.enabled": True, "spark.executor.memory": "4g"}}}).engine
    assert engine.spark_conf == {"spark.ui.enabled": "true", "spark.executor.memory": "4g"}


OWN = {"name": "engagement_own", "family": "engagement", "meaning": "own", "kinds": ["login"]}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"window_days": 36_501}, r"window_days: Input should be less than or equal to 36500 \(found 36501\)"),
        ({"offset_days": 36_501}, r"offset_days: Input should be less than or equal to 36500 \(found 36501\)"),
        ({"name": "customer_id"}, r"name: .*customer_id is the key of every table; call it otherwise"),
        ({"name": "as_of_date"}, r"name: .*as_of_date is the key of every table; call it otherwise"),
    ],
)
def test_an_own_feature_that_no_table_can_hold_is_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        parse_settings({"features": {"extra": [OWN | given]}})
    assert parse_settings({"features": {"extra": [OWN | {"window_days": 36_500}]}})


def test_a_key_of_a_section_can_be_read_alone_and_then_no_other_is_there(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("company: {name: Nordlicht, time_zone: Europe/Berlin, language: de}\n", encoding="utf-8")
    company = load_settings("company.time_zone", path=path).company
    assert company.time_zone == "Europe/Berlin"
    assert not hasattr(company, "language")
    both = load_settings("company.language", "company.time_zone", path=path).company
    assert (both.language, both.time_zone) == ("de", "Europe/Berlin")
    assert not hasattr(both, "name")


def test_a_fault_beside_the_key_that_is_read_is_told_too(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("company: {time_zone: Europe/Berlin, langage: de}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"company\.langage: unknown name; did you mean language\?"):
        load_settings("company.time_zone", path=path)
