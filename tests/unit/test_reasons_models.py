"""Contributions of real models, and the pictures made of them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from bleib.files import sha256
from bleib.model.classifier import ChurnClassifier
from bleib.reasons.contributions import explain
from bleib.reasons.plots import _in_lines, draw
from bleib.settings import Language

NAMES = [f"recency_{k}" for k in range(4)] + [f"value_{k}" for k in range(4)]
FAMILY_OF = {name: name.split("_")[0] for name in NAMES}
MAIN = ("recency_0", "value_0")
PLATT, BETA = (0.7, 0.7, -0.4), (1.4, 0.6, -0.2)


def data(n: int = 300) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(n, len(NAMES)))
    X[rng.random(X.shape) < 0.1] = np.nan
    return pd.DataFrame(X, columns=NAMES), np.nan_to_num(X[:, 0] - X[:, 4]) + rng.normal(size=n) > 0


def fitted(**settings: object) -> ChurnClassifier:
    return ChurnClassifier(seeds=(1, 2), n_estimators=20).set_params(**settings).fit(*data())


@pytest.fixture(scope="module")
def boosted() -> ChurnClassifier:
    return fitted()


def test_contributions_equal_those_of_shap_tree_explainer(boosted: ChurnClassifier) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # shap's own, at import and about LightGBM's output shape
        import shap

        X, _ = data(50)
        expected = np.mean([shap.TreeExplainer(one)(X.to_numpy()).values for one in boosted.boosters_], axis=0)
    np.testing.assert_allclose(explain(boosted, X, FAMILY_OF).features, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("linear_share", "main_share"), [(0, 0), (0.5, 0), (0.5, 1), (2 / 3, 0.5), (1, 0), (1, 1)])
@pytest.mark.parametrize("calibration", [(1.0, 1.0, 0.0), PLATT, BETA])
def test_families_and_base_add_up_to_the_score_of_any_candidate(
    linear_share: float, main_share: float, calibration: object
) -> None:
    model = fitted(linear_share=linear_share, main_share=main_share, main_features=MAIN, calibration=calibration)
    X, _ = data(50)
    found = explain(model, X, FAMILY_OF)
    np.testing.assert_allclose(found.family.sum(axis=1) + found.base, model.decision_function(X), rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.features.sum(axis=1) + found.base, found.raw_score, rtol=0, atol=1e-9)
    assert found.families == ("recency", "value")


def test_the_simple_model_has_reasons_in_its_own_features_only() -> None:
    model = fitted(linear_share=1.0, main_share=1.0, main_features=MAIN)
    X, _ = data(50)
    found = np.abs(explain(model, X, FAMILY_OF).features).max(axis=0)
    assert [name for name, most in zip(NAMES, found, strict=True) if most > 0] == list(MAIN)


def test_a_linear_contribution_is_coefficient_times_distance_from_the_mean() -> None:
    model = fitted(linear_share=1.0)
    X, _ = data(50)
    low, high = X.assign(recency_0=-1.0), X.assign(recency_0=1.0)
    change = explain(model, high, FAMILY_OF).features - explain(model, low, FAMILY_OF).features
    np.testing.assert_allclose(change[:, 0], change[0, 0], atol=1e-12)
    assert change[0, 0] > 0
    np.testing.assert_allclose(change[:, 1:], 0, atol=1e-12)


def test_plots_have_the_same_bytes_each_time(boosted: ChurnClassifier, tmp_path: Path) -> None:
    X, _ = data(80)
    found = explain(boosted, X, FAMILY_OF)
    for name in ("first", "second"):
        draw(found, X.to_numpy(), tmp_path / name, {}, "en")
    assert sorted(path.name for path in (tmp_path / "first").iterdir()) == ["beeswarm.png", "importance.png"]
    assert sha256(tmp_path / "first") == sha256(tmp_path / "second")
    assert b"matplotlib" not in (tmp_path / "first" / "importance.png").read_bytes()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The figures that are drawn in a test: importance, beeswarm, and so on."""
    figures: list[Any] = []
    monkeypatch.setattr(plt, "close", figures.append)
    yield figures
    monkeypatch.undo()
    plt.close("all")


@pytest.mark.parametrize(
    ("language", "around"),
    [
        ("en", ["contribution to the score (log-odds)", "Each dot a customer: right raises the risk, left lowers it"]),
        ("de", ["Beitrag zum Wert (Log-Odds)", "Jeder Punkt ein Kunde: rechts erhöht das Risiko, links senkt es"]),
    ],
)
def test_the_beeswarm_speaks_the_language_of_the_page(
    language: Language, around: list[str], boosted: ChurnClassifier, tmp_path: Path, drawn: list[Any]
) -> None:
    """Features by their plain words, long ones in two lines, one that is not known by its name."""
    X, _ = data(80)
    words = {name: f"Tage seit der letzten Bestellung, die mindestens {name[-1]} Euro wert war" for name in NAMES[1:]}
    draw(explain(boosted, X, FAMILY_OF), X.to_numpy(), tmp_path / "plots", words, language)
    axis, bar = drawn[-1].axes
    labels = [label.get_text() for label in axis.get_yticklabels()]
    assert sorted(label.replace("\n", " ") for label in labels) == sorted([NAMES[0], *words.values()])
    assert max(len(line) for label in labels for line in label.split("\n")) <= 48
    assert [axis.get_xlabel(), axis.get_title(loc="left")] == around
    figures = [label.get_text() for label in axis.get_xticklabels()]
    assert {"en": "0.", "de": "0,"}[language] in "".join(figures)
    assert {"en": ",", "de": "."}[language] not in "".join(figures)
    low_high = {"en": ["low", "high"], "de": ["niedrig", "hoch"]}[language]
    assert [label.get_text() for label in bar.get_yticklabels()] == low_high
    assert bar.get_ylabel() == {"en": "value of the feature", "de": "Wert des Merkmals"}[language]


@pytest.mark.parametrize(
    ("language", "around"),
    [
        ("en", ["mean absolute contribution (log-odds)", "The features that move the score most"]),
        ("de", ["mittlerer absoluter Beitrag (Log-Odds)", "Die Merkmale, die den Wert am stärksten bewegen"]),
    ],
)
def test_the_importance_speaks_the_language_of_the_page(
    language: Language, around: list[str], boosted: ChurnClassifier, tmp_path: Path, drawn: list[Any]
) -> None:
    X, _ = data(80)
    words = {name: f"Bestellungen über {name[-1]} $ bis 9 $" for name in NAMES[1:]}
    draw(explain(boosted, X, FAMILY_OF), X.to_numpy(), tmp_path / "plots", words, language)
    (axis,) = drawn[0].axes
    labels = [label.get_text() for label in axis.get_yticklabels()]
    assert sorted(labels) == sorted([NAMES[0], *(text.replace("$", r"\$") for text in words.values())])
    assert [axis.get_xlabel(), axis.get_title(loc="left")] == around
    figures = "".join(text.get_text() for text in axis.texts)
    assert {"en": "0.", "de": "0,"}[language] in figures
    assert {"en": ",", "de": "."}[language] not in figures


def test_amounts_in_dollars_in_the_words_of_a_feature_are_no_formula(boosted: ChurnClassifier, tmp_path: Path) -> None:
    """Of what stands between two dollars matplotlib makes a formula, and stops where it is none."""
    X, _ = data(80)
    words = dict.fromkeys(NAMES, "orders of 50 $ to 100_^ $")
    draw(explain(boosted, X, FAMILY_OF), X.to_numpy(), tmp_path / "plots", words, "en")
    assert (tmp_path / "plots" / "beeswarm.png").exists()


def test_long_words_are_cut_into_lines_of_about_equal_length() -> None:
    assert _in_lines("die Verlängerung des Vertrags steht in … Tagen an") == (
        "die Verlängerung des Vertrags\nsteht in … Tagen an"
    )
    assert _in_lines("Tage seit der letzten Push-Nachricht") == "Tage seit der letzten Push-Nachricht"


def test_plots_leave_out_what_moves_nothing(tmp_path: Path, drawn: list[Any]) -> None:
    X, _ = data(80)
    found = explain(fitted(linear_share=1.0, main_share=1.0, main_features=MAIN), X, FAMILY_OF)
    draw(found, X.to_numpy(), tmp_path / "simple", {}, "en")
    nothing = replace(found, features=found.features * 0, family_by_seed=found.family_by_seed * 0)
    draw(nothing, X.to_numpy(), tmp_path / "nothing", {}, "en")
    simple, _, empty, _ = [[label.get_text() for label in figure.axes[0].get_yticklabels()] for figure in drawn]
    assert sorted(simple) == sorted(MAIN)
    assert empty == []
