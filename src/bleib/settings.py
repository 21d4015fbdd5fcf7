"""params.yaml as frozen, strict settings. A stage loads only the sections that it reads."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import available_timezones

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bleib.errors import SettingsError

PARAMS_FILE = Path("params.yaml")

Language = Literal["en", "de"]

KEY = ("customer_id", "as_of_date")
Family = Literal[
    "recency",
    "frequency",
    "cadence",
    "value",
    "tickets",
    "complaints",
    "satisfaction",
    "onboarding",
    "price",
    "payments",
    "loyalty",
    "contract",
    "engagement",
]
FAMILY_NAMES: list[str] = list(get_args(Family))

MOST_DAYS = 36_500  # a century: beyond it the calendar ends
MOST_DATES = 10_000


class Section(BaseModel):
    """A part of params.yaml: unknown names are refused, values do not change."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def faults(self) -> list[str]:
        """What cannot be meant though every single value is legal, a text each that begins with the name."""
        return []


class Company(Section):
    """Who the pipeline runs for."""

    name: str = "My company"
    time_zone: str = "UTC"
    currency: str = "EUR"
    language: Language = "en"

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return _time_zone(value)


def _time_zone(value: str) -> str:
    """The IANA name, or ValueError with the close ones."""
    if value not in available_timezones():
        close = difflib.get_close_matches(value, available_timezones(), 3)
        raise ValueError(f"unknown time zone {value!r}; did you mean {', '.join(close) or 'Europe/Berlin'}?")
    return value


class Csv(Section):
    """How a CSV file is written."""

    delimiter: str = Field(",", min_length=1, max_length=1)
    decimal: str = Field(".", min_length=1, max_length=1)
    thousands: str | None = Field(None, min_length=1, max_length=1)
    encoding: str = "utf-8-sig"
    quote: str = Field('"', min_length=1, max_length=1)
    skip_lines: int = Field(0, ge=0)
    header: list[str] | None = None  # column names where the file has no header line


class Condition(Section):
    """One row filter on a raw column; all conditions of a source must hold."""

    column: str
    equals: str | float | bool | None = None
    one_of: list[str] | None = None
    none_of: list[str] | None = None
    filled: bool | None = None
    starts_with: str | None = None
    not_starts_with: str | None = None
    above: float | None = None
    below: float | None = None


class KindFrom(Section):
    """The event kind from a raw column: its values translated; values that are not named become ``other``."""

    column: str
    values: dict[str, str] = {}
    other: str | None = None  # None: such rows go to quarantine


class Source(Section):
    """One raw source and how it fills one canonical table; ``merges`` tells which customer ids became one."""

    table: Literal[
        "customers",
        "interactions",
        "tickets",
        "complaints",
        "contracts",
        "surveys",
        "payments",
        "loyalty",
        "contacts",
        "merges",
    ]
    files: str | None = None  # file, folder or glob, relative to params.yaml
    url: str | None = None  # SQLAlchemy URL; $NAME is taken from the environment
    query: str | None = None
    format: Literal["csv", "parquet", "excel", "json", "auto"] = "auto"
    sheet: str | None = None  # of an Excel workbook; None: the first
    csv: Csv = Csv()
    time_zone: str | None = None  # of times without offset; None: the company's
    date_format: str | None = None  # strptime format of all times of this source; None: ISO 8601
    day_first: bool = False
    columns: dict[str, str]  # canonical column: raw column
    constants: dict[str, str | float | bool] = {}
    kind: KindFrom | None = None
    where: list[Condition] = []
    changed_at: str | None = None  # raw column; set when the file has one row per state change of the key
    one_row_per: list[str] | None = None  # canonical columns; lines (of an invoice) that are summed to one event
    products: dict[str, list[str]] = {}  # canonical number column: raw columns that are multiplied
    may_be_absent: list[str] = []  # raw columns that a file may lack: they are empty there
    missing: list[str] = ["NULL", "null", "NaN", "nan", "\\N"]  # raw texts that mean "no value", beside the empty one
    duplicates: Literal["drop", "keep"] | None = None  # equal rows; None: drop where the key is mapped, else keep

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        return value if value is None else _time_zone(value)

    @field_validator("date_format")
    @classmethod
    def _known_format(cls, value: str | None) -> str | None:
        if value in {None, "epoch_s", "epoch_ms"}:
            return value
        try:
            datetime.strptime(datetime(2024, 5, 17).strftime(str(value)), str(value))
        except ValueError as error:
            raise ValueError(f"no strptime format, nor epoch_s or epoch_ms: {error}") from error
        if "%" not in str(value):
            raise ValueError("a strptime format such as %d.%m.%Y, or epoch_s or epoch_ms")
        return value

    @model_validator(mode="after")
    def _one_origin(self) -> Source:
        if (self.files is None) == (self.url is None):
            raise ValueError("give either files: or url: with query:")
        if self.url is not None and not self.query:
            raise ValueError("url: needs a query:")
        if self.table == "merges" and (self.files is None or set(self.columns) != {"old", "new"}):
            raise ValueError("table: merges needs files: and columns: {old: …, new: …}")
        return self


class Ingest(Section):
    """Limits of the checks on raw data."""

    data_end: date | None = None  # exclusive; None: found from the arrivals
    max_bad_share: float = Field(0.2, gt=0, le=1)  # more bad rows than this in one source stop the stage
    max_unknown_customers: float = Field(0.5, ge=0, le=1)  # of a table's rows; more stop the stage
    earliest: date = date(1990, 1, 1)
    require_known_customer: bool = False


class ClockSettings(Section):
    """As-of dates."""

    newest: date | None = None
    every_days: int = Field(28, ge=1, le=MOST_DAYS)
    dates: int = Field(20, ge=2, le=MOST_DATES)
    min_history_days: int = Field(90, ge=0, le=MOST_DAYS)


class Churn(Section):
    """What leaving means here."""

    definition: Literal["silence", "contract"] = "silence"
    kinds: list[str] = []
    active_days: int = Field(180, ge=1, le=MOST_DAYS)
    lead_days: int = Field(0, ge=0, le=MOST_DAYS)
    horizon_days: int = Field(90, ge=1, le=MOST_DAYS)
    usual_delay_days: int = Field(3, ge=0, le=MOST_DAYS)
    leave_kinds: list[str] = []
    competing_kinds: list[str] = []
    competing_reasons: list[str] = []
    base_rate_bounds: tuple[float, float] = (0.001, 0.95)

    @property
    def wait_days(self) -> int:
        """Days from an as-of date until its outcome is known: lead, outcome window and the usual delay of arrival."""
        return self.lead_days + self.horizon_days + self.usual_delay_days


class ExtraFeature(Section):
    """A feature that a user declares: one windowed aggregate over mapped events."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    family: str
    meaning: str
    unit: str = "events"
    direction: Literal["up", "down", "either"] = "either"
    kinds: list[str] = []  # needed for all aggregates but those of the calendar
    channels: list[str] = []
    topics: list[str] = []
    aggregate: str = "count"
    value: Literal["", "amount", "quantity"] = ""
    window_days: int = Field(0, ge=0, le=MOST_DAYS)
    offset_days: int = Field(0, ge=0, le=MOST_DAYS)  # the window ends so many days before the as-of date
    nth: int = Field(1, ge=1)
    reason_en: str | None = None
    reason_de: str | None = None

    @field_validator("name")
    @classmethod
    def _no_key(cls, value: str) -> str:
        if value in KEY:
            raise ValueError(f"{value} is the key of every table; call it otherwise")
        return value


class Features(Section):
    """Which features are made."""

    exclude_families: list[str] = []
    exclude: list[str] = []
    main_kinds: list[str] = []  # kinds that count as activity; empty: churn.kinds, else all of the interactions table
    constant_columns: list[str] = []  # customers and contracts columns declared to never change, "table.column"
    extra: list[ExtraFeature] = []

    def faults(self) -> list[str]:
        """Families that there are not."""
        own = [_unknown(f"extra.{extra.name}.family", "family", [extra.family], FAMILY_NAMES) for extra in self.extra]
        return sum(own, _unknown("exclude_families", "family", self.exclude_families, FAMILY_NAMES))


class Split(Section):
    """Which mature dates are kept for the test."""

    test_dates: int = Field(3, ge=1)
    max_train_dates: int = Field(20, ge=1)


class LightGbm(Section):
    """Settings of each of the boosted models (LightGBM's own names)."""

    n_estimators: int = Field(400, ge=1)
    learning_rate: float = Field(0.03, gt=0, le=1)
    num_leaves: int = Field(15, ge=2)
    min_child_samples: int = Field(40, ge=1)
    reg_lambda: float = Field(5.0, ge=0)
    colsample_bytree: float = Field(0.6, gt=0, le=1)
    subsample: float = Field(0.8, gt=0, le=1)
    subsample_freq: int = Field(1, ge=0)
    max_bin: int = Field(127, ge=3)


MODEL = "model"  # how the whole model is called in train.allow_suspicious


class Train(Section):
    """How the model is trained."""

    seeds: list[int] = Field([1, 2, 3, 4, 5], min_length=1)
    lightgbm: LightGbm = LightGbm()
    early_stopping: bool = True
    untuned_trees: int = Field(120, ge=1)
    folds: int = Field(4, ge=0)
    challengers: bool = True
    linear_penalty: float = Field(0.05, gt=0)
    monotone: dict[str, Literal["up", "down"]] = {}
    calibrate: bool = True
    calibrate_overlapping: bool = False
    min_churners: int = Field(100, ge=0)
    max_snapshots: int = Field(2_000_000, ge=1)
    max_feature_auroc: float = Field(0.95, gt=0.5, le=1)
    max_model_auroc: float = Field(0.95, gt=0.5, le=1)
    max_jump: float = Field(0.3, gt=0, le=1)
    max_purity: float = Field(0.9, gt=0, le=1)
    allow_suspicious: list[str] = []

    @property
    def most_auroc(self) -> float:
        """The AUROC above which a model is too good to be true; 1 where ``allow_suspicious`` lets it pass."""
        return 1.0 if MODEL in self.allow_suspicious else self.max_model_auroc


SEARCHABLE = [*(name for name in LightGbm.model_fields if name != "n_estimators"), "linear_penalty"]


class Search(Section):
    """The search for settings of the model; ``space``: lowest and highest value of each that is tried."""

    minutes: float = Field(0, ge=0)  # 0: off
    trials: int | None = Field(None, ge=1)
    seed: int = Field(7, ge=0)
    space: dict[str, list[float]] = {
        "learning_rate": [0.02, 0.2],
        "num_leaves": [4, 64],
        "min_child_samples": [10, 200],
        "reg_lambda": [0.1, 100],
        "colsample_bytree": [0.3, 1.0],
        "subsample": [0.5, 1.0],
        "linear_penalty": [0.005, 0.5],
    }

    @field_validator("space")
    @classmethod
    def _legal_ranges(cls, value: dict[str, list[float]]) -> dict[str, list[float]]:
        faults = [fault for name, ends in value.items() if (fault := _range_fault(name, ends))]
        if faults or not value:
            raise ValueError("; ".join(faults) or f"nothing to try; known: {', '.join(SEARCHABLE)}")
        return value


def _range_fault(name: str, ends: list[float]) -> str:
    """What is wrong with the range of a setting; empty where nothing is."""
    if name == "n_estimators":
        return "n_estimators: the number of trees is found on the folds (train.early_stopping) and is not searched for"
    if name not in SEARCHABLE:
        return f"{name}: unknown name{suggestion(name, SEARCHABLE)}"
    if len(ends) != 2 or ends[0] >= ends[1]:
        return f"{name}: expected [lowest, highest], found {ends}"
    section: type[Section] = Train if name in Train.model_fields else LightGbm
    try:
        for end in ends:
            section.model_validate({name: end})
    except ValidationError as error:
        return f"{name}: {error.errors()[0]['msg']} (found {error.errors()[0]['input']!r})"
    return ""


class Evaluate(Section):
    """How the model is judged."""

    bootstraps: int = Field(300, ge=20)
    seed: int = Field(7, ge=0)
    segment_column: Literal["segment", "region"] | None = "segment"
    min_auroc_gain: float = Field(0.0, ge=0)


class Tracking(Section):
    """MLflow."""

    experiment: str = "bleib"
    registered_model: str = "bleib-churn"


class Play(Section):
    """Something the team does for a reason."""

    name_en: str
    name_de: str
    families: list[str] = Field(min_length=1)
    cost: float = Field(ge=0)
    success: float = Field(ge=0, lt=1)
    due_days: int = Field(7, ge=0, le=MOST_DAYS)
    tiers: list[str] = []


class Tier(Section):
    """Who may run a play: customers from this share of the value ranking upward."""

    name: str
    name_de: str = ""  # shown on German lists
    top_share: float = Field(gt=0, le=1)


class Listing(Section):
    """The weekly list."""

    capacity: int = Field(100, ge=1)
    margin_rate: float = Field(0.3, gt=0, le=1)
    value_horizon_days: int = Field(365, ge=1, le=MOST_DAYS)
    discount_rate: float = Field(0.08, ge=0, le=1)
    reasons: int = Field(3, ge=1, le=3)
    min_seed_agreement: float = Field(0.8, gt=0.5, le=1)
    tiers: list[Tier] = []
    plays: dict[str, Play] = {}

    def faults(self) -> list[str]:
        """Families and tiers of plays that there are not."""
        tiers = [tier.name for tier in self.tiers]
        return [
            fault
            for key, play in self.plays.items()
            for fault in (
                *_unknown(f"plays.{key}.families", "family", play.families, FAMILY_NAMES),
                *_unknown(f"plays.{key}.tiers", "tier", play.tiers, tiers),
            )
        ]


EngineName = Literal["local", "spark"]


class Engine(Section):
    """Where the tasks of the buckets run; in params.yaml also as the bare name."""

    name: EngineName = "local"
    master: str = "local[*]"  # Spark master URL
    conf: dict[str, str | bool | int | float] = {}  # Spark's own settings

    @model_validator(mode="before")
    @classmethod
    def _bare_name(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value

    @property
    def spark_conf(self) -> dict[str, str]:
        """``conf`` as Spark writes it."""
        return {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in self.conf.items()}

    def called(self, name: EngineName | None) -> Engine:
        """This engine, or with its settings the one of that name."""
        return self if name is None else self.model_copy(update={"name": name})


class Settings(Section):
    """All sections; a stage sees only those that it asked for, the others hold None."""

    company: Company = None  # type: ignore[assignment]
    sources: list[Source] = None  # type: ignore[assignment]
    ingest: Ingest = None  # type: ignore[assignment]
    clock: ClockSettings = None  # type: ignore[assignment]
    churn: Churn = None  # type: ignore[assignment]
    features: Features = None  # type: ignore[assignment]
    split: Split = None  # type: ignore[assignment]
    search: Search = None  # type: ignore[assignment]
    train: Train = None  # type: ignore[assignment]
    evaluate: Evaluate = None  # type: ignore[assignment]
    tracking: Tracking = None  # type: ignore[assignment]
    listing: Listing = None  # type: ignore[assignment]
    engine: Engine = None  # type: ignore[assignment]


def load_settings(*names: str, path: Path = PARAMS_FILE) -> Settings:
    """Read the named sections of params.yaml (all without names); SettingsError lists every fault at once.

    Of ``section.key`` only that key can be read afterwards: a stage sees what dvc.yaml says that it sees. Faults of the
    other sections are told too: else the first stages would run for hours before the last one stops.
    """
    raw = _read(path)
    bare = [f'  - {place}: write the date in quotes: "{day}"' for place, day in _bare_dates(raw)]
    if bare:
        raise SettingsError(f"{path}: DVC reads no bare dates\n" + "\n".join(bare))
    sections = set(Settings.model_fields)
    settings = parse_settings({name: raw.get(name) for name in Settings.model_fields}, str(path), set(raw) - sections)
    parts = {name: _only(getattr(settings, name), name, names) for name in sections} if names else {}
    return settings.model_copy(update=parts)


def missing_names(names: Iterable[str], path: Path = PARAMS_FILE) -> list[str]:
    """Those of the names (``section`` or ``section.key``) that do not stand in params.yaml."""
    raw = _read(path)
    return [name for name in names if not _stands_in(raw, name.split("."))]


def _stands_in(raw: Any, keys: list[str]) -> bool:
    return not keys or (isinstance(raw, dict) and keys[0] in raw and _stands_in(raw[keys[0]], keys[1:]))


def _only(section: Any, name: str, wanted: tuple[str, ...]) -> Any:
    """The section as far as it was asked for, None where not at all; reading another key is an AttributeError."""
    if name in wanted:
        return section
    keys = [one.removeprefix(f"{name}.") for one in wanted if one.startswith(f"{name}.")]
    if not keys:
        return None
    kept = section.model_copy()
    for key in type(section).model_fields:
        if key not in keys:
            del kept.__dict__[key]
    return kept


def parse_settings(raw: dict[str, Any], origin: str = "params.yaml", unknown: set[str] = frozenset()) -> Settings:  # type: ignore[assignment]
    """Settings from plain values; a section given as None takes its defaults. SettingsError lists every fault."""
    faults = [f"{name}: unknown section{suggestion(name, list(Settings.model_fields))}" for name in sorted(unknown)]
    values = {name: ([] if name == "sources" else {}) if value is None else value for name, value in raw.items()}
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        faults += [_fault_text(e) for e in error.errors()]
    faults += [f"{name}.{fault}" for name, section in _well_formed(values) for fault in section.faults()]
    if faults:
        raise SettingsError.of(origin, faults)
    return settings


def _well_formed(values: dict[str, Any]) -> Iterator[tuple[str, Section]]:
    """The sections without a fault, by name; the faults of the others are told already."""
    for name, value in values.items():
        section = Settings.model_fields[name].annotation
        if not (isinstance(section, type) and issubclass(section, Section)):  # sources, a list
            continue
        try:
            yield name, section.model_validate(value)
        except ValidationError:
            continue


def _unknown(place: str, what: str, names: list[str], known: list[str]) -> list[str]:
    return [f"{place}: unknown {what} {name!r}{suggestion(name, known)}" for name in names if name not in known]


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise SettingsError(f"{path} not found; run bleib in the folder that holds params.yaml")
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a bare date that no calendar has
        raise SettingsError(f"{path} is not readable YAML: {error}") from error
    if not isinstance(raw, dict):
        raise SettingsError(f"{path}: expected sections such as company:, sources:, churn:; found {type(raw).__name__}")
    return raw


def _bare_dates(value: Any, place: str = "") -> list[tuple[str, date]]:
    if isinstance(value, date):
        return [(place, value)]
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    return [found for key, inner in pairs for found in _bare_dates(inner, f"{place}.{key}".lstrip("."))]


def _fault_text(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{place}: unknown name{suggestion(str(error['loc'][-1]), _names_beside(error['loc']))}"
    found = f" (found {error['input']!r})" if not isinstance(error["input"], dict | list) else ""
    return f"{place}: {error['msg']}{found}"


def _names_beside(loc: tuple[Any, ...]) -> list[str]:
    model: Any = Settings
    for part in loc[:-1]:
        model = _model_of(model.model_fields[part].annotation) if isinstance(part, str) and model else model
    return list(model.model_fields) if model else []


def _model_of(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_of(argument)
        if found is not None:
            return found
    return None


def suggestion(name: str, known: list[str]) -> str:
    """What may have been meant by an unknown name, as the end of an error text."""
    close = difflib.get_close_matches(name, known, 1)
    return f"; did you mean {close[0]}?" if close else f"; known: {', '.join(known)}"
