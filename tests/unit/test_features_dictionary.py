from __future__ import annotations

from pathlib import Path

from bleib.features.catalogue import catalogue
from bleib.features.declaration import Events, Feature, Reason
from bleib.features.dictionary import MARK, dictionary, page, write_page
from bleib.features.inventory import everything
from bleib.features.streams import KINDS
from bleib.settings import Features

PAGE = Path(__file__).parents[2] / "docs" / "features.md"


def test_entry_says_what_a_feature_is_made_of():
    features = [
        Feature("a", "value", "m", "currency", "down", Events(("order", "sale"), ("web",)), "last", "amount", nth=2,
                reason=Reason("e", "d")),
        Feature("b", "value", "m", "ratio", "up", combine="ratio", of="a", than="c"),
    ]  # fmt: skip
    table = dictionary(features)
    assert table["source"].tolist() == ["last(order+sale amount web, 2)", "ratio(a, c)"]
    assert table["reason_de"].tolist() == ["d", ""]


def test_in_german_a_feature_is_called_by_its_own_words_or_by_what_is_told_of_it():
    told = Reason("e", "erst seit {value} Tagen nur {value} Bestellungen (üblich hier: {typical})")
    features = [
        Feature("a", "value", "m", "days", "down", reason=told),
        Feature("b", "value", "m", "days", "down", reason=told, meaning_de="eigene Worte"),
        Feature("c", "value", "of a company's own", "days", "down"),
    ]
    assert dictionary(features)["meaning_de"].tolist() == [
        "seit … Tagen … Bestellungen", "eigene Worte", "of a company's own"
    ]  # fmt: skip


def test_every_feature_of_ours_has_german_words():
    table = dictionary(catalogue(everything(), Features()))
    assert table.loc[table["meaning_de"] == table["meaning"], "name"].tolist() == []
    assert table.loc[table["meaning_de"].str.contains(r"[{}]|\bnur\b|üblich hier"), "name"].tolist() == []


def test_page_in_the_documentation_is_up_to_date():
    text = PAGE.read_text(encoding="utf-8")
    expected = page(text, catalogue(everything(), Features()), KINDS)
    assert text == expected, "run python -m bleib.features.dictionary in the repository"


def test_page_is_written_behind_its_mark_only(tmp_path):
    path = tmp_path / "features.md"
    path.write_text(f"above\n{MARK}\nold", encoding="utf-8")
    write_page(path)
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"above\n{MARK}\n\n## Kinds of events")
    assert "old" not in text.partition(MARK)[2].split("\n")
    assert "`recency_order_days`" in text
