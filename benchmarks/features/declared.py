"""The 74 features of the benchmark, declared once for all contenders."""

from __future__ import annotations

from bleib.features.declaration import Aggregate, Events, Feature

ORDER, LOGIN, RETURN, HELP = Events(("order",)), Events(("login",)), Events(("return",)), Events(("help_page",))
BY_APP, HOME = Events(("order",), channels=("app",)), Events(("order",), topics=("topic_03",))
ANY = Events(("order", "login", "return", "help_page", "newsletter_click"))

# events, slug, aggregate, value, windows in days (0: all history)
BY_WINDOW: tuple[tuple[Events, str, Aggregate, str, tuple[int, ...]], ...] = (
    (ORDER, "order", "count", "", (7, 14, 28, 56, 91, 182, 364, 0)),
    (ORDER, "order", "distinct_days", "", (28, 91, 182, 364)),
    (ORDER, "order", "sum", "amount", (28, 91, 182, 364, 0)),
    (ORDER, "order", "mean", "amount", (91, 364)),
    (ORDER, "order", "max", "amount", (91, 364)),
    (ORDER, "order", "min", "amount", (364,)),
    (ORDER, "order", "last", "amount", (0,)),
    (ORDER, "order", "sum", "quantity", (28, 91, 364)),
    (ORDER, "order", "distinct_topics", "", (91, 364)),
    (ORDER, "order", "distinct_channels", "", (364,)),
    (ORDER, "order", "trend", "", (28, 56, 91, 182)),
    (ORDER, "order", "trend_sum", "amount", (91, 182)),
    (ORDER, "order", "days_since_last", "", (0,)),
    (ORDER, "order", "days_since_first", "", (0,)),
    (ORDER, "order", "decayed_count", "", (14, 45, 120)),
    (ORDER, "order", "gap_median", "", (0,)),
    (ORDER, "order", "gap_mean", "", (0,)),
    (ORDER, "order", "gap_q75", "", (0,)),
    (ORDER, "order", "gap_q90", "", (0,)),
    (ORDER, "order", "gap_std", "", (0,)),
    (ORDER, "order", "elapsed_over_gap_median", "", (0,)),
    (ORDER, "order", "elapsed_over_gap_q90", "", (0,)),
    (ORDER, "order", "renewal_hazard", "", (28, 56, 91)),
    (BY_APP, "app_order", "count", "", (28, 91)),
    (HOME, "home_order", "count", "", (91,)),
    (HOME, "home_order", "sum", "amount", (364,)),
    (LOGIN, "login", "count", "", (7, 28, 91, 364)),
    (LOGIN, "login", "distinct_days", "", (28, 91)),
    (LOGIN, "login", "trend", "", (28, 91)),
    (LOGIN, "login", "days_since_last", "", (0,)),
    (RETURN, "return", "count", "", (91, 364)),
    (RETURN, "return", "sum", "amount", (364,)),
    (RETURN, "return", "days_since_last", "", (0,)),
    (HELP, "help_page", "count", "", (28, 91)),
    (HELP, "help_page", "distinct_topics", "", (91,)),
    (HELP, "help_page", "days_since_last", "", (0,)),
    (ANY, "any", "days_since_last", "", (0,)),
)
NTH_LAST = (2, 3)


def features() -> list[Feature]:
    """All of them, in a fixed order."""
    windowed = [
        _feature(f"{slug}_{aggregate}{value and '_' + value}_{window or 'all'}", events, aggregate, value, window)
        for events, slug, aggregate, value, windows in BY_WINDOW
        for window in windows
    ]
    return windowed + [_feature(f"order_days_since_last_{n}", ORDER, "days_since_last", "", 0, n) for n in NTH_LAST]


def _feature(name: str, events: Events, aggregate: Aggregate, value: str, window: int, nth: int = 1) -> Feature:
    return Feature(
        name,
        family="frequency",
        meaning=name,
        unit="",
        direction="either",
        events=events,
        aggregate=aggregate,
        value=value,  # type: ignore[arg-type]
        window_days=window,
        nth=nth,
    )
