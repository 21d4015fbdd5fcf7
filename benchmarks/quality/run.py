"""Measure the data sets one by one; each result is kept as JSON, so that a page can be made of what was measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.quality import demo_truth
from benchmarks.quality.cases import Case, Skipped, case_of
from benchmarks.quality.figures import OURS, measure
from benchmarks.quality.prepare import code_digest, prepare
from benchmarks.quality.raw import Absent
from benchmarks.quality.relational import Unavailable
from benchmarks.quality.rivals import RIVALS, Rival, ours
from benchmarks.quality.sets import DataSet, Test
from bleib.console import say
from bleib.files import write_json
from bleib.model.baselines import Scores

RESULTS = "results"
CEILINGS: dict[str, Rival] = {"reachable": demo_truth.reachable, "true_hazard": demo_truth.true_hazard}


def run_set(chosen: DataSet, cache: Path, data: Path | None) -> None:
    """Prepare one data set, measure every test of it, write the results."""
    began = time.monotonic()
    try:
        company = prepare(chosen, cache, data)
    except Absent as reason:
        write_json(cache / RESULTS / f"{chosen.name}.json", {"absent": str(reason)} | _origin(chosen))
        say(f"{chosen.name}: left out: {reason}")
        return
    say(f"{chosen.name}: {len(company.features):,} snapshots ready after {time.monotonic() - began:.0f} s")
    contenders = {OURS: ours} | RIVALS | (CEILINGS if chosen.name == "demo" else {})
    tests = [_run_test(chosen, test, case_of(company, test), contenders) for test in chosen.tests]
    write_json(cache / RESULTS / f"{chosen.name}.json", {"tests": tests} | _origin(chosen))


def _run_test(chosen: DataSet, test: Test, case: Case, contenders: dict[str, Rival]) -> dict[str, Any]:
    scores: dict[str, Scores] = {}
    skipped: dict[str, str] = {}
    seconds: dict[str, float] = {}
    for name, contender in contenders.items():
        began = time.monotonic()
        try:
            scores[name] = contender(case)
        except (Skipped, Unavailable) as reason:
            skipped[name] = str(reason)
        seconds[name] = round(time.monotonic() - began, 1)
    measured = measure(case.test, scores)
    say(f"  {test.newest}: AUROC {measured[OURS].figures['auroc'].value:.4f}; seconds {seconds}")
    return {
        "dates": [str(day.date()) for day in case.test_dates],
        "training_dates": len(case.train_dates),
        "snapshots": len(case.test.churned),
        "churned": int(case.test.churned.sum()),
        "strong": None if test.strong is None else vars(test.strong),
        "models": {name: _plain(found) for name, found in measured.items()},
        "skipped": skipped,
        "seconds": seconds,
    }


def _plain(found: Any) -> dict[str, Any]:
    return {part: {name: value.plain() for name, value in vars(found)[part].items()} for part in ("figures", "ahead")}


def _origin(chosen: DataSet) -> dict[str, str]:
    return {"name": chosen.name, "title": chosen.title, "code": code_digest("model", "features", "sources", "cohort")}
