"""Refuse features that cannot be honest before a model learns from them.

What says too much about the outcome is not a finding but a leak until somebody has looked: a figure filled in when the
customer was already gone, a number given out in the order of leaving. Training stops and names it; who has looked
writes it into ``train.allow_suspicious``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from bleib.clock import shift_all
from bleib.errors import DataError, SettingsError
from bleib.model.baselines import DAYS_TO_RENEWAL
from bleib.model.folds import Fold, customer_folds
from bleib.model.linear import fit_linear
from bleib.model.rows import Rows, varied
from bleib.settings import MODEL, Churn, Train, suggestion

SURE = 2.0  # standard errors by which a limit must be exceeded
FEW = 20  # leavers (and others) under which nothing can be called implausible
FAMILY_ROWS = 20_000  # earlier rows, the newest ones, that a family is tried on
FAMILY_PENALTY = 1e-3
LATER = "on later dates"
OTHERS = "of customers it had not seen"  # where there is no forward fold
PURITY_ROWS = 200_000  # the newest ones
DISTINCT = 0.95  # share of customers with a value of their own that makes a whole number an identifier


@dataclass(frozen=True)
class Suspicion:
    """A feature, a family or the model, and what is wrong with it."""

    name: str
    what: str


def drop_constant(rows: Rows) -> tuple[Rows, tuple[str, ...]]:
    """``rows`` without the features that hold one value, or none, on all of them, and the names of those.

    Nothing can be learnt from them.
    """
    kept = varied(rows.X)
    dull = tuple(str(name) for name in rows.X if name not in set(kept))
    return _with(rows, kept), dull


def newest_or_customers(rows: Rows, folds: Sequence[Fold]) -> tuple[Fold, str]:
    """The fold on which the guards look, and what it is for a person: without a forward fold half of the customers."""
    return (folds[-1], LATER) if folds else (customer_folds(rows.key, 2)[0], OTHERS)


def check_allowed(train: Train, family: Mapping[str, str]) -> None:
    """SettingsError where ``train.allow_suspicious`` holds what is neither a feature nor a ``family`` of one."""
    known = [*family, *sorted(set(family.values()) - set(family)), MODEL]
    unknown = [f"{name!r}{suggestion(name, known)}" for name in train.allow_suspicious if name not in known]
    if unknown:
        raise SettingsError(f"train.allow_suspicious: no such feature or family: {'; '.join(unknown)}")


def check_features(given: Rows, folds: Sequence[Fold], train: Train, churn: Churn, family: Mapping[str, str]) -> None:
    """DataError naming every feature or family that says implausibly much, jumps before the outcome or is an id.

    ``family``: of each feature. What ``train.allow_suspicious`` names is not looked at, neither alone nor as a part of
    its family.
    """
    rows = _not_allowed(given, train, family)
    if rows.X.empty:
        return
    fold, where = newest_or_customers(rows, folds)
    found = identifiers(rows) + too_telling(rows, fold, train.max_feature_auroc, where, family)
    if churn.definition == "contract":  # silence has no moment to jump before, and long silence may honestly be sure
        found += jumping(rows, churn, train.max_jump, family)
        told = {one.name for one in found}
        found += [one for one in too_pure(rows, train.max_purity) if one.name not in told]
    _refuse(found)


def check_model(churned: np.ndarray, raw: np.ndarray, train: Train, where: str = LATER) -> None:
    """DataError if out-of-fold scores (n,) rank the outcome better than is plausible."""
    value = _surely(churned, raw[:, None])[0]
    if value > train.most_auroc:
        what = f"its AUROC {where} is above {train.max_model_auroc} for sure: look for a leak"
        _refuse([Suspicion(MODEL, what)])


def too_telling(rows: Rows, fold: Fold, limit: float, where: str, family: Mapping[str, str]) -> list[Suspicion]:
    """Features, and families as a whole, whose AUROC on the later rows of ``fold`` is above ``limit`` for sure."""
    X, churned = rows.X.to_numpy(dtype=np.float64), rows.churned
    alone = _surely(churned[fold.later], X[fold.later])
    found = [
        Suspicion(name, f"alone it tells the outcome {where} with an AUROC above {limit} for sure")
        for name, value in zip(rows.X.columns, alone, strict=True)
        if value > limit
    ]
    members = np.array([family[name] for name in rows.X.columns], dtype=object)
    return found + [
        Suspicion(name, f"the family tells the outcome {where} with an AUROC above {limit} for sure")
        for name in sorted(set(members) - {family[one.name] for one in found})
        if _family_auroc(X[:, members == name], churned, fold) > limit
    ]


def jumping(rows: Rows, churn: Churn, limit: float, family: Mapping[str, str]) -> list[Suspicion]:
    """Features, and families as a whole, whose mean rank within the date moved by more than ``limit`` (0–1) further
    with customers who left than with those who stayed: from the last snapshot before that did not yet see it coming to
    the last one.

    The rank of a family is that of a linear score of its features, fitted on other customers. Days to a renewal are
    not looked at: they run down by the calendar, and where notice has to be given three months before, all leave at
    the same distance from it.
    """
    rows = _with(rows, [str(name) for name in rows.X if name != DAYS_TO_RENEWAL])
    last, before = _last_and_before(rows, churn)
    if len(last) < FEW:
        return []
    contrast = _contrast(rows, last, before)

    def jumps(X: pd.DataFrame) -> list[str]:
        sizes = np.abs(contrast @ _ranks_within_dates(X, rows.dates))
        return [str(name) for name, size in zip(X.columns, sizes, strict=True) if size > limit]

    what = "jumps in the last days before customers leave: it may be a step of leaving, not a sign of it"
    alone = jumps(rows.X)
    others = sorted({family[str(name)] for name in rows.X} - {family[name] for name in alone})
    together = jumps(_family_scores(rows, family, others)) if others else []
    return [Suspicion(name, f"it {what}") for name in alone] + [
        Suspicion(name, f"the family {what}") for name in together
    ]


def too_pure(rows: Rows, limit: float) -> list[Suspicion]:
    """Features at one end of which a share above ``limit`` (0–1) of the customers left for sure.

    So a step of leaving shows that only some take, which ranks few and tells those for certain. Looked at are the
    newest ``PURITY_ROWS`` rows; missing values are the lowest. Sure is the lower end of Wilson's interval (1927, J. of
    the American Statistical Association 22(158), 209–212) at ``SURE`` standard errors.
    """
    newest = rows.take(np.arange(max(len(rows.churned) - PURITY_ROWS, 0), len(rows.churned)))
    if newest.weights @ newest.churned > limit * newest.weights.sum():  # so many leave anyhow
        return []
    what = f"where it is {{}}, more than {limit:.0%} left for sure: it may be a step of leaving, not a sign of it"
    found = []
    for name, values in newest.X.items():
        known = np.where(np.isnan(values), -np.inf, values)
        for end, ordered in (("highest", -known), ("lowest", known)):
            if _purest(newest.churned, ordered, newest.weights) > limit:
                found.append(Suspicion(str(name), what.format(end)))
                break
    return found


def identifiers(rows: Rows) -> list[Suspicion]:
    """Features that hold a whole number of each customer's own, the same on all dates."""
    by_customer = rows.X.groupby(rows.key["customer_id"].to_numpy())
    first, least = by_customer.first(), by_customer.min()
    same = (least == by_customer.max()).mean() > DISTINCT
    whole = (first == first.round()).mean() > DISTINCT
    own = first.nunique() > DISTINCT * len(first)
    dates = len(rows.dates.unique()) > 1 and len(first) >= FEW
    what = "it is a number of each customer's own, such as an account number"
    return [Suspicion(name, what) for name in rows.X.columns if dates and same[name] and whole[name] and own[name]]


def _not_allowed(rows: Rows, train: Train, family: Mapping[str, str]) -> Rows:
    """Without the features that, or whose families, ``train.allow_suspicious`` names."""
    allowed = set(train.allow_suspicious)
    return _with(rows, [str(name) for name in rows.X if not allowed & {name, family[str(name)]}])


def _with(rows: Rows, names: Sequence[str]) -> Rows:
    return Rows(rows.key, rows.X[list(names)], rows.churned, rows.sampled_weights)


def _refuse(found: Sequence[Suspicion]) -> None:
    if not found:
        return
    lines = [f"  - {one.name}: {one.what}" for one in found]
    raise DataError(
        "train: this is too good to be true, or no sign of leaving at all\n"
        + "\n".join(lines)
        + "\nTake a feature out with features.exclude (a family with features.exclude_families) in params.yaml; if you "
        "have looked and it is honest, add the name to train.allow_suspicious."
    )


def _surely(churned: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Per column of X (n, f): an AUROC (either way round, missing values lowest or highest) exceeded for sure."""
    few = min(churned.sum(), (~churned).sum())
    if few < FEW:
        return np.zeros(X.shape[1])
    ends = [np.where(np.isnan(X), end, X) for end in (-np.inf, np.inf)]
    value = np.max([np.abs(_aurocs(churned, each) - 0.5) + 0.5 for each in ends], axis=0)
    return value - SURE * np.sqrt(value * (1 - value) / few)


def _aurocs(churned: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Mann–Whitney per column."""
    left = int(churned.sum())
    ranks = rankdata(X, axis=0)[churned].sum(axis=0)
    return (ranks - left * (left + 1) / 2) / (left * (len(churned) - left))


def _purest(churned: np.ndarray, values: np.ndarray, weights: np.ndarray) -> float:
    """The greatest share of leavers, for sure, among the rows from the least value up to any other; equal ones stay
    together, and under ``FEW`` leavers nothing is sure.
    """
    order = np.argsort(values, kind="stable")
    ends = np.flatnonzero(np.append(values[order][1:] != values[order][:-1], True))
    left = np.cumsum(churned[order] * weights[order])[ends]
    size = np.cumsum(weights[order])[ends]
    share, square = left / size, SURE**2 / size
    low = (share + square / 2 - SURE * np.sqrt(share * (1 - share) / size + square / (4 * size))) / (1 + square)
    return float(np.max(low, where=left >= FEW, initial=0.0))


def _family_auroc(X: np.ndarray, churned: np.ndarray, fold: Fold) -> float:
    return float(_surely(churned[fold.later], _linear_scores(X, churned, fold)[:, None])[0])


def _linear_scores(X: np.ndarray, churned: np.ndarray, fold: Fold) -> np.ndarray:
    """Of the later rows of ``fold``, (m,), by a fit of the newest earlier ones; 0 where all of these end alike."""
    earlier = fold.earlier[-FAMILY_ROWS:]
    if len(np.unique(churned[earlier])) < 2:
        return np.zeros(len(fold.later))
    return fit_linear(X[earlier], churned[earlier], None, FAMILY_PENALTY).raw_score(X[fold.later])


def _last_and_before(rows: Rows, churn: Churn) -> tuple[np.ndarray, np.ndarray]:
    """Of each customer who left and was there long enough: the numbers of the row of the last snapshot before, and of
    the newest one whose outcome window was over by then; both (k,).
    """
    key = rows.key.assign(row=np.arange(len(rows.churned)))
    last = key[rows.churned].drop_duplicates("customer_id", keep="last")
    pairs = key.merge(last, on="customer_id", suffixes=("", "_last"))
    apart = shift_all(pairs["as_of_date"], churn.lead_days + churn.horizon_days) <= pairs["as_of_date_last"]
    pairs = pairs[apart].drop_duplicates("customer_id", keep="last")
    return pairs["row_last"].to_numpy(), pairs["row"].to_numpy()


def _contrast(rows: Rows, last: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Weights (n,) whose sum over a figure of the rows is by how much further it moved, on the mean, from ``before`` to
    ``last`` (k,) than with customers who stayed, on the same two dates.

    In a year much moves with everybody: who is new pays and calls more, and others become new.
    """
    weights = np.zeros(len(rows.churned))
    weights[last], weights[before] = 1 / len(last), -1 / len(last)
    customers, days = (pd.factorize(rows.key[name])[0] for name in ("customer_id", "as_of_date"))
    row_at = np.full((customers.max() + 1, days.max() + 1), -1)
    row_at[customers, days] = np.arange(len(customers))
    dates, times = np.unique(np.column_stack([days[before], days[last]]), axis=0, return_counts=True)
    for (earlier, later), count in zip(dates, times, strict=True):
        there = (row_at[:, earlier] >= 0) & (row_at[:, later] >= 0)
        there &= ~rows.churned[row_at[:, later]]
        share = count / len(last) / max(there.sum(), 1)
        weights[row_at[there, later]] -= share
        weights[row_at[there, earlier]] += share
    return weights


def _family_scores(rows: Rows, family: Mapping[str, str], names: Sequence[str]) -> pd.DataFrame:
    """A linear score of the features of each of the families ``names``, (n, families): half of the customers by a fit
    of the others. ``family``: of each feature.
    """
    X, churned, halves = rows.X.to_numpy(dtype=np.float64), rows.churned, customer_folds(rows.key, 2)
    members = np.array([family[name] for name in rows.X.columns], dtype=object)
    found = pd.DataFrame(0.0, index=range(len(churned)), columns=list(names))
    for name in names:
        for half in halves:
            found.loc[half.later, name] = _linear_scores(X[:, members == name], churned, half)
    return found


def _ranks_within_dates(X: pd.DataFrame, dates: pd.Series) -> np.ndarray:
    """Rank of every value within its date, 0–1, missing values lowest; (n, f)."""
    values = np.where(np.isnan(X), -np.inf, X)
    out = np.empty(values.shape)
    for day in dates.unique():
        at = (dates == day).to_numpy()
        out[at] = (rankdata(values[at], axis=0) - 0.5) / at.sum()
    return out
