"""Stage register: the model of the list becomes a version in MLflow, tagged with what the evaluation found."""

from __future__ import annotations

import pandas as pd
import pyarrow.dataset as ds

from bleib import artifacts
from bleib.console import say
from bleib.files import read_json
from bleib.model import tracking
from bleib.model.loading import load_model
from bleib.model.version_label import version_label
from bleib.settings import load_settings
from bleib.stages import run

PARAMS: tuple[str, ...] = ("tracking",)


def main() -> None:
    """Read the model of the list and the verdict on its recipe, log and register."""
    settings = load_settings(*PARAMS).tracking
    names = list(load_model(artifacts.MODEL.path).feature_names_in_)
    example = ds.dataset(artifacts.FEATURES.path).head(tracking.EXAMPLE_ROWS, columns=names).to_pandas()
    newest = str(pd.read_csv(artifacts.SPLIT.path)["as_of_date"].max())
    about = read_json(artifacts.MODEL.path / "model.json")["about"]
    label = version_label(about, newest, read_json(artifacts.METRICS.path))
    aliases = tracking.register_model(artifacts.MODEL.path, example, label, settings)
    told = ", ".join(f"{alias} is version {version}" for alias, version in sorted(aliases.items()))
    say(f"register: {settings.registered_model}: {told}")


if __name__ == "__main__":
    run(main)
