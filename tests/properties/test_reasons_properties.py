from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bleib.reasons.contributions import Contributions, explain
from bleib.reasons.sentences import medians, tell_reasons
from bleib.settings import Company, Listing
from fixed_model import FixedModel

NAMES = ["recency_a", "recency_b", "value_a", "value_b", "tickets_a"]
DICTIONARY = pd.DataFrame(
    {
        "name": NAMES,
        "family": [name.split("_")[0] for name in NAMES],
        "unit": ["days", "ratio", "currency", "share", "events"],
        "direction": ["up", "either", "down", "down", "up"],
        "reason_en": ["{value} days ({typical})", "{value} times", "only {value} ({typical})", None, "{value} tickets"],
        "reason_de": ["{value} Tage ({typical})", "{value}-mal", "nur {value} ({typical})", None, "{value} Tickets"],
    }
)
FAMILY_OF = dict(zip(NAMES, DICTIONARY["family"], strict=True))
EFFECTS = arrays(np.float64, (3, 6, len(NAMES)), elements=st.floats(-3, 3, width=32))
VALUES = arrays(np.float64, (6, len(NAMES)), elements=st.floats(-50, 5000, width=32) | st.just(float("nan")))


def explained(effects: np.ndarray, X: np.ndarray) -> Contributions:
    return explain(FixedModel(*effects, base=0.5), pd.DataFrame(X, columns=NAMES), FAMILY_OF)


def reasons(effects: np.ndarray, X: np.ndarray, ids: list[str]) -> pd.DataFrame:
    key = pd.DataFrame({"customer_id": ids, "as_of_date": pd.Timestamp("2024-06-01")})
    return tell_reasons(explained(effects, X), key, X, medians(pd.DataFrame(X)), DICTIONARY, Company(), Listing())


@settings(deadline=None, max_examples=50)
@given(EFFECTS, VALUES)
def test_families_and_base_add_up_to_the_score(effects: np.ndarray, X: np.ndarray) -> None:
    found = explained(effects, X)
    np.testing.assert_allclose(found.family.sum(axis=1) + found.base, found.raw_score, rtol=0, atol=1e-9)


@settings(deadline=None, max_examples=50)
@given(EFFECTS, VALUES, st.permutations(list("uvwxyz")))
def test_renaming_customers_changes_nothing_but_the_names(effects: np.ndarray, X: np.ndarray, names: list[str]) -> None:
    old = reasons(effects, X, list("abcdef"))
    new = reasons(effects, X, names)
    renamed = old.assign(customer_id=old["customer_id"].map(dict(zip("abcdef", names, strict=True))).astype("str"))
    pd.testing.assert_frame_equal(renamed, new)


@settings(deadline=None, max_examples=50)
@given(EFFECTS, VALUES)
def test_every_reason_raises_the_risk_stands_in_order_and_lies_on_the_told_side(
    effects: np.ndarray, X: np.ndarray
) -> None:
    found = reasons(effects, X, list("abcdef"))
    direction = found["feature"].map(dict(zip(NAMES, DICTIONARY["direction"], strict=True)))
    assert (found["relative"] > 0).all()
    assert (found.loc[direction == "up", "value"] > found.loc[direction == "up", "typical"]).all()
    assert (found.loc[direction == "down", "value"] < found.loc[direction == "down", "typical"]).all()
    for _, mine in found.groupby("customer_id"):
        assert mine["position"].tolist() == list(range(1, len(mine) + 1))
        assert mine["relative"].is_monotonic_decreasing
        assert mine["family"].is_unique
