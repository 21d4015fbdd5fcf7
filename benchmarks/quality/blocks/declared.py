"""The blocks that the kernel can count already: habits, windows, breadth, sums of every kind, topics."""

from __future__ import annotations

import re
from dataclasses import replace

from benchmarks.quality.blocks.block import HELPER, TRY, Block, Known, combined, feature
from bleib.features.declaration import Events, Feature
from bleib.features.families.wording import main_noun
from bleib.features.nouns import slug

A_YEAR = 364  # days, whole weeks
TOPICS = 6  # the most frequent topics of a kind get features of their own
WORDS = {
    "leaving": r"cancel|terminat|quit|kündig|vertrag|contract",
    "competitor": r"competitor|wettbewerb|switch",
    "price": r"pric|fee|charge|preis|gebühr|rechnung|invoice|billing",
}


def gaps(known: Known) -> list[Feature]:
    """Newest gaps, their exponentially weighted mean, the silence against them and against the 75 % quantile."""
    since = f"recency_{main_noun(known.data).slug}_days"
    return [
        feature(TRY + "gap_last", known.main, "gap_last"),
        feature(TRY + "gap_second_last", known.main, "gap_last", nth=2),
        feature(TRY + "gap_ewm", known.main, "gap_ewm"),
        feature(TRY + "elapsed_q75", known.main, "elapsed_over_gap_q75"),
        combined(TRY + "elapsed_over_last", "ratio", since, TRY + "gap_last"),
        combined(TRY + "elapsed_over_ewm", "ratio", since, TRY + "gap_ewm"),
    ]


def last_year(known: Known) -> list[Feature]:
    """This window less the same weeks a year ago; and what was done then in the weeks that now lie ahead."""
    return [
        entry
        for w in (28, 56, 91)
        for entry in (
            feature(f"{HELPER}now_{w}", known.main, "count", days=w),
            feature(f"{TRY}year_ago_{w}", known.main, "count", days=w, offset=A_YEAR),
            combined(f"{TRY}against_year_ago_{w}", "difference", f"{HELPER}now_{w}", f"{TRY}year_ago_{w}"),
            feature(f"{TRY}year_ago_ahead_{w}", known.main, "count", days=w, offset=A_YEAR - w),
        )
    ]


def trends(known: Known) -> list[Feature]:
    """Shorter and longer trends, and the share of the year that the newest weeks hold."""
    year = feature(f"{HELPER}year", known.main, "count", days=A_YEAR)
    shares = [
        entry
        for w in (14, 28, 91)
        for entry in (
            feature(f"{HELPER}share_{w}", known.main, "count", days=w),
            combined(f"{TRY}share_of_year_{w}", "ratio", f"{HELPER}share_{w}", f"{HELPER}year"),
        )
    ]
    return [year, *shares, *(feature(f"{TRY}trend_{w}", known.main, "trend", days=w) for w in (7, 14, 112))]


def breadth(known: Known) -> list[Feature]:
    """Number and entropy of categories, and how both drift."""
    return [
        feature(TRY + "entropy_91", known.main, "topic_entropy", days=91),
        feature(TRY + "entropy_364", known.main, "topic_entropy", days=A_YEAR),
        feature(TRY + "entropy_28", known.main, "topic_entropy", days=28),
        combined(TRY + "entropy_drift", "difference", TRY + "entropy_91", TRY + "entropy_364"),
        feature(TRY + "topics_28", known.main, "distinct_topics", days=28),
        feature(HELPER + "topics_91", known.main, "distinct_topics", days=91),
        feature(HELPER + "topics_364", known.main, "distinct_topics", days=A_YEAR),
        combined(TRY + "topics_drift", "ratio", HELPER + "topics_91", HELPER + "topics_364"),
        feature(TRY + "channels_91", known.main, "distinct_channels", days=91),
    ]


def hazards(known: Known) -> list[Feature]:
    """The own renewal hazard over other spans, and how many gaps all figures of gaps stand on."""
    return [
        *(feature(f"{TRY}hazard_{h}", known.main, "renewal_hazard", days=h) for h in (7, 14, 182, 364)),
        feature(TRY + "active_days_all", known.main, "distinct_days"),
    ]


def decays(known: Known) -> list[Feature]:
    """Decayed counts with other half-lives, and the speed between two of them."""
    return [
        *(feature(f"{TRY}decayed_{h}", known.main, "decayed_count", days=h) for h in (7, 28, 75, 210)),
        combined(TRY + "decay_speed", "ratio", TRY + "decayed_7", TRY + "decayed_75"),
    ]


def ranks(known: Known) -> list[Feature]:
    """Ranks within the as-of date of decayed counts, tenure, gaps and hazard."""
    by = {
        "decayed": feature(HELPER + "decayed", known.main, "decayed_count", days=45),
        "first": feature(HELPER + "first", known.main, "days_since_first"),
        "gap": feature(HELPER + "gap", known.main, "gap_median"),
        "hazard": feature(HELPER + "hazard", known.main, "renewal_hazard", days=56),
        "second": feature(HELPER + "second", known.main, "days_since_last", nth=2),
        "all": feature(HELPER + "all", known.main, "count"),
    }
    return [*by.values(), *(combined(f"{TRY}rank_{name}", "rank", of.name) for name, of in by.items())]


def paces(known: Known) -> list[Feature]:
    """Activities per day of tenure, over all time and in the newest weeks against that."""
    return [
        feature(HELPER + "pace_all", known.main, "count"),
        feature(HELPER + "pace_first", known.main, "days_since_first"),
        feature(HELPER + "pace_91", known.main, "count", days=91),
        combined(TRY + "pace", "ratio", HELPER + "pace_all", HELPER + "pace_first"),
        combined(TRY + "pace_change", "ratio", HELPER + "pace_91", TRY + "pace"),
    ]


def kinds(known: Known) -> list[Feature]:
    """What a table of all events gives a featuretools user: of every kind count, first, mean, largest, smallest."""
    return [
        entry
        for kind in (*known.data.main, *known.data.others, *("ticket_opened", "ticket_resolved", "complaint_filed"))
        for entry in _of_kind(slug(kind), Events((kind,)))
    ]


def _of_kind(name: str, events: Events) -> list[Feature]:
    return [
        feature(f"{TRY}{name}_all", events, "count"),
        feature(f"{TRY}{name}_28", events, "count", days=28),
        feature(f"{TRY}{name}_first", events, "days_since_first"),
        feature(f"{TRY}{name}_topics", events, "distinct_topics"),
        feature(f"{TRY}{name}_channels", events, "distinct_channels"),
        *(
            feature(f"{TRY}{name}_{value}_{aggregate}", events, aggregate, value)
            for value in ("amount", "quantity")
            for aggregate in ("mean", "max", "min", "sum")
        ),
    ]


def topics(known: Known) -> list[Feature]:
    """The most frequent topics of tickets, complaints and the main activity, one by one."""
    return _topics(known, (*known.data.main, "ticket_opened", "complaint_filed"))


def main_topics(known: Known) -> list[Feature]:
    """Those of the main activity only: a ticket may be a step of leaving (the demo company plants such ones)."""
    return [replace(entry, name=f"{entry.name}_main") for entry in _topics(known, known.data.main)]


def _topics(known: Known, told: tuple[str, ...]) -> list[Feature]:
    return [
        feature(f"{TRY}{slug(kind)}_topic_{place}_{w}", Events((kind,), topics=(topic,)), "count", days=w)
        for kind in told
        for place, topic in enumerate(known.topics.get(kind, ())[:TOPICS])
        for w in (91, 0)
    ]


def words(known: Known) -> list[Feature]:
    """Tickets and complaints whose topic speaks of leaving, of a competitor, of the price; and those still open."""
    found = []
    for kind in ("ticket_opened", "complaint_filed"):
        for name, pattern in WORDS.items():
            said = tuple(t for t in known.topics.get(kind, ()) if re.search(pattern, t, re.IGNORECASE))
            if said:
                events = Events((kind,), topics=said)
                found += [
                    feature(f"{TRY}{kind}_{name}_182", events, "count", days=182),
                    feature(f"{TRY}{kind}_{name}_days", events, "days_since_last"),
                    feature(f"{TRY}{kind}_{name}_open", events, "open_count"),
                ]
    return found


BLOCKS = (
    Block("gaps", "newest gaps, weighted mean gap, silence ÷ those and ÷ 75 % quantile", gaps),
    Block("last_year", "same weeks of last year, and the weeks ahead a year ago", last_year),
    Block("trends", "trends over 7, 14, 112 days, shares of the year", trends),
    Block("breadth", "number and entropy of categories, and their drift", breadth),
    Block("hazards", "own renewal hazard over 7, 14, 182, 364 days, number of active days", hazards),
    Block("decays", "decayed counts with half-lives of 7, 28, 75, 210 days", decays),
    Block("ranks", "ranks within the date of decayed count, tenure, gap, hazard, second last, count", ranks),
    Block("paces", "activities per day of tenure, and the newest 91 days against it", paces),
    Block("kinds", "of every kind: count, first, categories, mean, largest, smallest, sum", kinds),
    Block("topics", "counts of the most frequent topics", topics),
    Block("main_topics", "the same of the main activity only", main_topics),
    Block("words", "tickets and complaints on leaving, competitor, price", words),
)
