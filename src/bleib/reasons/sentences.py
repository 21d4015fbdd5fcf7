"""From contributions to what a person reads: which families are told, which feature speaks for each, the sentence."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from bleib.errors import DataError
from bleib.features.fields import FIELD, faults_of, fields_of, form_of
from bleib.reasons.contributions import Contributions
from bleib.reasons.words import Language, idiomatic, less_than_one, rounded, singular, written
from bleib.settings import Company, Listing

# A family that raises the odds by less than 5 % against peers, or makes up less than 5 % of all that raises them, is
# no answer to "why this customer": it is smaller than what another seed or another week would change.
MIN_RELATIVE = 0.05
MIN_SHARE = 0.05
# A feature that makes up less than a tenth of its family's effect would speak for something else, and a figure within
# a tenth of the typical one convinces nobody.
MIN_SPEAKER_SHARE = 0.1
NEW_DAYS = 182  # half a year: whoever has been there longer needs no welcome
MIN_DIFFERENCE = 0.1
GAPS = "gaps"  # unit of a silence measured in the customer's own gaps: up to one of them it is no broken habit


def tell_reasons(
    contributions: Contributions,
    snapshots: pd.DataFrame,
    X: np.ndarray,
    typical: np.ndarray,
    dictionary: pd.DataFrame,
    company: Company,
    listing: Listing,
) -> pd.DataFrame:
    """Up to ``listing.reasons`` rows a customer in the columns of ``artifacts.REASONS``, strongest first.

    ``snapshots`` (customer_id, as_of_date) and ``X`` (n, f) hold the explained rows in the order of ``contributions``;
    ``typical`` (f,): ``medians`` of the cohort; ``dictionary`` is ``artifacts.DICTIONARY``. DataError for a reason text
    with an unknown field.
    """
    entries = dictionary.set_index("name").loc[list(contributions.feature_names)]
    templates = _templates(entries, company.language)
    units = entries["unit"].fillna("").tolist()
    can_speak = tellable(X, typical, templates, units, entries["direction"].tolist()) & still_new(X, entries)
    speaker = choose_features(contributions, can_speak)
    customer, family = choose_families(contributions, speaker >= 0, listing)
    feature = speaker[customer, family]
    texts = [
        tell(templates[f], X[i, f], typical[f], units[f], company.language, company.currency)
        for i, f in zip(customer, feature, strict=True)
    ]
    return pd.DataFrame(
        {
            "customer_id": snapshots["customer_id"].to_numpy()[customer],
            "as_of_date": snapshots["as_of_date"].to_numpy()[customer],
            "position": _positions(customer),
            "family": np.array(contributions.families, dtype=object)[family],
            "feature": np.array(contributions.feature_names, dtype=object)[feature],
            "value": X[customer, feature],
            "typical": typical[feature],
            "relative": contributions.relative[customer, family],
            "text": texts,
        }
    ).astype({"customer_id": "str", "family": "str", "feature": "str", "text": "str"})


def medians(X: pd.DataFrame) -> np.ndarray:
    """What is typical of a cohort: the median of the customers who have a figure, shape (f,); NaN where none has."""
    return X.median().to_numpy()


def tell(template: str, value: float, typical: float, unit: str, language: Language, currency: str) -> str:
    """One sentence: the figures put into ``template``, none and one told as such, a capital at the start."""
    figures = {"value": value, "typical": typical}

    def told(field: re.Match[str]) -> str:
        figure = figures[field[1]]
        if field[2]:
            form, below = form_of(field[2], rounded(np.array([figure]), unit)[0])
            return form.replace("#", written(-figure if below else figure, unit, language, currency))
        alone = field[1] == "typical" and not template[field.end() :].startswith(" ")
        return (alone and less_than_one(figure, unit, language)) or written(figure, unit, language, currency)

    sentence = singular(idiomatic(FIELD.sub(told, template), language), language)
    return sentence[:1].upper() + sentence[1:]


def choose_families(
    contributions: Contributions, can_speak: np.ndarray, listing: Listing
) -> tuple[np.ndarray, np.ndarray]:
    """Which families are told of which customers: row and family positions, by customer, strongest family first.

    A family is told if it raises the risk against peers by ``MIN_RELATIVE`` and by ``MIN_SHARE`` of all that does, if
    the seeds agree (``listing.min_seed_agreement``), and if a feature can speak for it (``can_speak``, shape (n, k)).
    """
    relative = contributions.relative
    raising = np.where(relative > 0, relative, 0.0)
    enough = (relative >= MIN_RELATIVE) & (raising >= MIN_SHARE * raising.sum(axis=1, keepdims=True))
    # A share of seeds such as 4 of 5 is no exact binary fraction; the margin keeps it equal to 0.8.
    stable = contributions.agreement >= listing.min_seed_agreement - 1e-9
    customer, family = np.nonzero(enough & stable & can_speak)
    order = np.lexsort((family, -relative[customer, family], customer))
    customer, family = customer[order], family[order]
    told = _positions(customer) <= listing.reasons
    return customer[told], family[told]


def choose_features(contributions: Contributions, tellable: np.ndarray) -> np.ndarray:
    """The feature that speaks for each family: the one that raises the risk most among the ``tellable`` (n, f).

    Returns column positions, shape (n, k); −1 where none makes up ``MIN_SPEAKER_SHARE`` of the family.
    """
    strength = np.where(tellable & (contributions.feature_relative > 0), contributions.feature_relative, 0.0)
    relative = contributions.relative
    speaker = np.full((len(strength), len(contributions.families)), -1, dtype=np.int64)
    for k, family in enumerate(contributions.families):
        columns = np.flatnonzero(np.array(contributions.feature_family) == family)
        best = strength[:, columns].argmax(axis=1)
        greatest = strength[:, columns].max(axis=1)
        found = (greatest > 0) & (greatest >= MIN_SPEAKER_SHARE * relative[:, k])
        speaker[found, k] = columns[best[found]]
    return speaker


def still_new(X: np.ndarray, entries: pd.DataFrame) -> np.ndarray:
    """Where the days of a customer's beginning are few enough to speak of it, (n, f); true of all other features.

    ``entries``: family and unit of each column of ``X``.
    """
    beginning = ((entries["family"] == "onboarding") & (entries["unit"] == "days")).to_numpy()
    return ~beginning | (X <= NEW_DAYS)


def tellable(
    X: np.ndarray, typical: np.ndarray, templates: list[str], units: list[str], directions: list[str]
) -> np.ndarray:
    """Where a sentence would be true as a reason: its figures exist and lie on the told side of the typical one.

    ``X`` and the answer (n, f), all else (f,).
    """
    columns = [_column_tellable(X[:, f], typical[f], templates[f], units[f], directions[f]) for f in range(X.shape[1])]
    return np.column_stack(columns)


def _column_tellable(values: np.ndarray, typical: float, template: str, unit: str, direction: str) -> np.ndarray:
    if not template:
        return np.zeros(len(values), dtype=bool)
    # Compared as shown: "no order for 12 days (usual here: 12)" would read as nonsense.
    own, usual = rounded(values, unit), rounded(np.array([typical]), unit)[0]
    apart = np.abs(own - usual) >= MIN_DIFFERENCE * np.abs(usual)
    if unit == GAPS:
        apart &= own > 1
    if direction == "up":
        return (own > usual) & apart
    if direction == "down":
        return (own < usual) & apart
    if "typical" in fields_of(template):
        return (own != usual) & apart
    return ~np.isnan(own) if "value" in fields_of(template) else np.ones(len(values), dtype=bool)


def _templates(entries: pd.DataFrame, language: Language) -> list[str]:
    templates = [str(text).strip() for text in entries[f"reason_{language}"].fillna("")]
    faults = [
        f"feature {name}, reason_{language}: {fault}"
        for name, template in zip(entries.index, templates, strict=True)
        for fault in faults_of(template)
    ]
    if faults:
        raise DataError("\n".join(faults))
    return templates


def _positions(customer: np.ndarray) -> np.ndarray:
    """1, 2, … within each run of equal values of a sorted array."""
    starts = np.searchsorted(customer, customer, side="left")
    return np.arange(1, len(customer) + 1, dtype=np.int64) - starts
