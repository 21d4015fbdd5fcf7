"""Measure the data sets one by one; each result is kept as JSON, so that a page can be made of what was measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.quality import demo_truth, tabular
from benchmarks.quality.canaries import with_canaries
from benchmarks.quality.cases import Case, SkippedError, case_of
from benchmarks.quality.figures import OURS, measure
from benchmarks.quality.prepare import CODE, code_digest, prepare
from benchmarks.quality.raw import AbsentError
from benchmarks.quality.relational import UnavailableError
from benchmarks.quality.rivals import OF_RENEWALS, RIVALS, Rival, hist_gradient_boosting, learn, ours
from benchmarks.quality.sets import ROOT, DataSet, Strong, Trial
from bleib.console import say
from bleib.errors import DataError
from bleib.files import read_json, write_json
from bleib.model.baselines import Scores
from bleib.model.rows import Rows

RESULTS = "results"
JUDGING = (  # modules that change no prediction
    "bootstrap.py",
    "change.py",
    "evaluation.py",
    "gate.py",
    "groups.py",
    "ranking_names.py",
    "scored.py",
    "serving.py",
    "summary.py",
    "tracking.py",
    "value_metrics.py",
    "whole_base.py",
)
CEILINGS: dict[str, Rival] = {
    "reachable": demo_truth.reachable,
    "reachable_ahead": demo_truth.reachable_ahead,
    "true_hazard": demo_truth.true_hazard,
}
Contenders = dict[str, Callable[[], Scores]]


def run_set(chosen: DataSet, cache: Path, data: Path | None, without: list[str]) -> None:
    """Prepare one data set, measure every test of it but the contenders ``without``, write the results."""
    began = time.monotonic()
    try:
        company = prepare(chosen, cache, data)
    except AbsentError as reason:
        _write(cache, chosen.name, chosen.title, absent=str(reason))
        say(f"{chosen.name}: left out: {reason}")
        return
    say(f"{chosen.name}: {len(company.features):,} snapshots ready after {time.monotonic() - began:.0f} s")
    contenders = _contenders(chosen, without)
    tests = [_dated(case_of(company, test), test, contenders) for test in chosen.tests]
    _write(cache, chosen.name, chosen.title, tests=tests)


def run_tabular(cache: Path) -> None:
    """Measure the set without dates, write the results."""
    rows, settings = tabular.load_rows(), tabular.settings()
    contenders: Contenders = {
        OURS: lambda: tabular.out_of_fold(rows, lambda train, test: learn(train, test, settings)),
        "hist_gradient_boosting": lambda: tabular.out_of_fold(rows, hist_gradient_boosting),
    }
    _write(cache, tabular.NAME, tabular.TITLE, tests=[_test("5 folds", rows, contenders, tabular.STRONG)])


def results_of(names: list[str], cache: Path) -> list[dict[str, Any]]:
    """The results that were measured with the present code, in the order of ``names``."""
    found = [read_json(path) for name in names if (path := cache / RESULTS / f"{name}.json").exists()]
    code = _code()
    old = [result["name"] for result in found if result["code"] != code]
    if old:
        say(f"not in the page, because measured with other code: {', '.join(old)}")
    return [result for result in found if result["code"] == code]


def _contenders(chosen: DataSet, without: list[str]) -> dict[str, Rival]:
    everybody = {OURS: ours} | RIVALS | {"canaries": with_canaries}
    everybody |= OF_RENEWALS | CEILINGS if chosen.name == "demo" else {}
    return {name: _absent if name in without else rival for name, rival in everybody.items()}


def _absent(case: Case) -> Scores:
    raise SkippedError("not asked for in this run")


def _dated(case: Case, test: Trial, rivals: dict[str, Rival]) -> dict[str, Any]:
    contenders: Contenders = {name: partial(rival, case) for name, rival in rivals.items()}
    when = ", ".join(str(day.date()) for day in case.test_dates)
    return _test(when, case.test, contenders, test.strong) | {"training_dates": len(case.train_dates)}


def _test(when: str, rows: Rows, contenders: Contenders, strong: Strong | None) -> dict[str, Any]:
    scores, skipped, seconds = _compete(contenders)
    measured = measure(rows, scores)
    say(f"  {when}: AUROC {measured[OURS].figures['auroc'].value:.4f}; seconds {seconds}")
    return {
        "when": when,
        "snapshots": len(rows.churned),
        "churned": int(rows.churned.sum()),
        "strong": None if strong is None else vars(strong),
        "models": {name: found.plain() for name, found in measured.items()},
        "skipped": skipped,
        "seconds": seconds,
    }


def _compete(contenders: Contenders) -> tuple[dict[str, Scores], dict[str, str], dict[str, float]]:
    """Scores, reasons of those who could not run, seconds; by name."""
    scores: dict[str, Scores] = {}
    skipped: dict[str, str] = {}
    seconds: dict[str, float] = {}
    for name, contender in contenders.items():
        began = time.monotonic()
        try:
            scores[name] = contender()
        except (SkippedError, UnavailableError) as reason:
            skipped[name] = str(reason)
        except DataError as refusal:  # features that the product itself would not be trained on
            if name == OURS:
                raise
            skipped[name] = " ".join(str(refusal).split())
        seconds[name] = round(time.monotonic() - began, 1)
    return scores, skipped, seconds


def _write(cache: Path, name: str, title: str, **found: Any) -> None:
    write_json(cache / RESULTS / f"{name}.json", {"name": name, "title": title, "code": _code()} | found)


def _code() -> str:
    """SHA-256 of all code that a prediction of ours or of a rival depends on."""
    model = sorted(path.name for path in (ROOT / "src" / "bleib" / "model").glob("*.py"))
    return code_digest(*CODE, *(f"model/{name}" for name in model if name not in JUDGING))
