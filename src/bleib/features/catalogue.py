"""Which features there are: those of all families for which data exist, and those that the user declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import ModuleType
from typing import cast, get_args

from bleib.errors import SettingsError
from bleib.features.declaration import Aggregate, Events, Feature, Reason
from bleib.features.families import (
    cadence,
    complaints,
    contract,
    engagement,
    frequency,
    loyalty,
    onboarding,
    payments,
    price,
    recency,
    satisfaction,
    tickets,
    value,
)
from bleib.features.fields import faults_of
from bleib.features.inventory import Inventory
from bleib.features.plan import ALL_HISTORY, CALENDAR, NEED_DAYS, OF_VALUE, SHIFTABLE
from bleib.features.said import SIGNALS
from bleib.settings import ExtraFeature, Family, Features, suggestion

FAMILIES: tuple[ModuleType, ...] = (
    recency, frequency, cadence, value, tickets, complaints, satisfaction, onboarding, price, payments, loyalty,
    contract,
    engagement,
)  # fmt: skip


def catalogue(data: Inventory, features: Features, refused: Mapping[str, str] | None = None) -> list[Feature]:
    """All features for which there are data, less those excluded, plus the user's own.

    An excluded one that the simple rules need is there all the same, but not ``for_model``.
    ``refused`` maps kinds to the columns of today's value that would give them. SettingsError for unknown names.
    """
    built_in = available([feature for family in FAMILIES for feature in family.declare(data)], data)
    own = [_own(extra, data, refused or {}) for extra in features.extra]
    declared = [*built_in, *own]
    _check_names(declared, features)
    kept = _without_orphans([f for f in declared if not _is_excluded(f, features)])
    asked = {feature.name: feature for feature in kept}
    for_rules = {f.name: replace(f, for_model=False) for f in declared if f.for_rules}
    return [found for f in declared if (found := asked.get(f.name) or for_rules.get(f.name))]


def available(declared: Sequence[Feature], data: Inventory) -> list[Feature]:
    """Those of the features whose events occur, with the columns that they read."""
    return _without_orphans([f for f in declared if f.combine or _has_data(f, data)])


def _is_excluded(feature: Feature, features: Features) -> bool:
    return feature.family in features.exclude_families or feature.name in features.exclude


def _has_data(feature: Feature, data: Inventory) -> bool:
    read = _column(feature.aggregate or "", feature.value)
    return feature.events is not None and data.has(feature.events.kinds, read)


def _column(aggregate: str, value: str) -> str:
    """The column of the events that the aggregate reads; none: it only asks whether there are events."""
    return {"distinct_topics": "topic", "distinct_channels": "channel"}.get(aggregate, value)


def _without_orphans(declared: Sequence[Feature]) -> list[Feature]:
    """Without the features that are computed from one that is not there."""
    names = {feature.name for feature in declared}
    return [f for f in declared if all(name in names for name in (f.of, f.than) if name)]


def _check_names(declared: Sequence[Feature], features: Features) -> None:
    names = [feature.name for feature in declared]
    faults = [f"features.exclude: unknown feature {n!r}{_near(n, names)}" for n in features.exclude if n not in names]
    faults += [f"features.extra: {n} stands twice; give it another name" for n in names if names.count(n) > 1]
    if faults:
        raise SettingsError("\n".join(dict.fromkeys(faults)))


def _near(name: str, names: list[str]) -> str:
    hint = suggestion(name, names)
    return hint if hint.startswith("; did you mean") else "; data/features.csv lists all of them"


def _own(extra: ExtraFeature, data: Inventory, refused: Mapping[str, str]) -> Feature:
    """A user's declaration as a feature; SettingsError for what cannot be meant."""
    lacking = [kind for kind in extra.kinds if kind not in data.kinds and not _is_unsaid(kind, data)]
    faults = [_unknown_kind(kind, data, refused) for kind in lacking]
    faults += [
        f"{column} is empty in all events of kind {', '.join(extra.kinds)}; map it in sources:, or drop the feature"
        for column in _never_filled(extra, data)
    ]
    if extra.aggregate not in get_args(Aggregate):
        faults.append(f"unknown aggregate {extra.aggregate!r}{suggestion(extra.aggregate, list(get_args(Aggregate)))}")
    if not extra.kinds and extra.aggregate not in CALENDAR:
        faults.append("kinds: none given; name the kinds of events that it looks at")
    if extra.aggregate in OF_VALUE and not extra.value:
        faults.append(f"aggregate {extra.aggregate} needs value: amount or quantity")
    if extra.aggregate in NEED_DAYS and not extra.window_days:
        faults.append(f"aggregate {extra.aggregate} needs window_days above 0")
    if extra.aggregate in ALL_HISTORY and extra.window_days:
        faults.append(f"aggregate {extra.aggregate} looks at all history and takes no window_days")
    if extra.offset_days and extra.aggregate not in SHIFTABLE:
        faults.append(f"aggregate {extra.aggregate} takes no offset_days; only {', '.join(sorted(SHIFTABLE))} do")
    if (extra.reason_en is None) != (extra.reason_de is None):
        faults.append("give reason_en and reason_de, or neither")
    faults += [
        f"{name}: {fault}"
        for name, text in (("reason_en", extra.reason_en), ("reason_de", extra.reason_de))
        for fault in faults_of(text or "")
    ]
    if faults:
        raise SettingsError("\n".join(f"features.extra, {extra.name}: {fault}" for fault in faults))
    return Feature(
        extra.name,
        cast(Family, extra.family),
        extra.meaning,
        extra.unit,
        extra.direction,
        Events(tuple(extra.kinds), tuple(extra.channels), tuple(extra.topics)),
        cast(Aggregate, extra.aggregate),
        extra.value,
        extra.window_days,
        extra.offset_days,
        extra.nth,
        reason=Reason(extra.reason_en, extra.reason_de) if extra.reason_en and extra.reason_de else None,
    )


def _never_filled(extra: ExtraFeature, data: Inventory) -> list[str]:
    """Columns that an own feature reads or chooses by and that none of its events has; [] without its kinds."""
    if not extra.kinds or not all(kind in data.kinds for kind in extra.kinds):
        return []
    chosen = [name for name, asked in (("channel", extra.channels), ("topic", extra.topics)) if asked]
    read = dict.fromkeys([*chosen, _column(extra.aggregate, extra.value)])
    return [name for name in read if name and not data.has(tuple(extra.kinds), name)]


def _is_unsaid(kind: str, data: Inventory) -> bool:
    """Whether there are such tickets or complaints and in none of them has anybody written so, or not yet."""
    opening = {"ticket": "ticket_opened", "complaint": "complaint_filed"}
    what, _, signal = kind.partition("_says_")
    return signal in SIGNALS and opening.get(what) in data.kinds


def _unknown_kind(kind: str, data: Inventory, refused: Mapping[str, str]) -> str:
    if kind in refused:
        return (
            f"kind {kind!r} comes from {refused[kind]}, which holds today's value and would tell the past what "
            f"happened later; map valid_from, or declare {refused[kind]} in features.constant_columns if it is constant"
        )
    return f"no event of kind {kind!r} in the data{suggestion(kind, sorted(data.kinds))}"
