"""The model in a folder, of whatever kind it is."""

from __future__ import annotations

from pathlib import Path

from bleib.files import read_json
from bleib.model.classifier import ChurnClassifier
from bleib.model.rhythm import KIND, RhythmModel


def load_model(folder: Path) -> ChurnClassifier | RhythmModel:
    """What ``save`` of the one or the other wrote."""
    is_rhythm = read_json(folder / "model.json").get("kind") == KIND
    return RhythmModel.load(folder) if is_rhythm else ChurnClassifier.load(folder)
