"""A newcomer's path: two CSV files of their own, the settings printed in the README, nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from projects import ROOT, command, make_project

from bleib import artifacts


def settings_of_the_readme() -> dict[str, object]:
    """The YAML block that the README tells a newcomer to write."""
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.S)
    return yaml.safe_load(next(block for block in blocks if "orders.csv" in block))


def write_shop(folder: Path) -> None:
    """Two exports: 400 customers with leading zeros and umlauts, their orders over 500 days, some falling silent."""
    rng = np.random.default_rng(5)
    folder.mkdir(parents=True)
    start = pd.Timestamp("2024-01-01")
    customers, orders = ["customer;name;since"], ["customer;date;total"]
    for k in range(400):
        who, since, gap = f"{k:04d}", start + pd.Timedelta(days=int(rng.integers(0, 250))), rng.gamma(3, 8) + 3
        customers.append(f"{who};Käufer {k};{since:%d.%m.%Y}")
        last = since + pd.Timedelta(days=float(rng.exponential(260)))
        when = since
        while when < min(last, start + pd.Timedelta(days=500)):
            orders.append(f"{who};{when:%d.%m.%Y %H:%M};{rng.gamma(2, 15):.2f}")
            when += pd.Timedelta(days=float(rng.gamma(4, gap / 4)) + 0.5)
    text = "\n".join(orders[:1] + [_decimal_comma(line) for line in orders[1:]]) + "\n"
    (folder / "orders.csv").write_text(text, encoding="utf-8")
    (folder / "customers.csv").write_text("\n".join(customers) + "\n", encoding="utf-8")


def _decimal_comma(line: str) -> str:
    head, total = line.rsplit(";", 1)
    return f"{head};{total.replace('.', ',')}"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = make_project(tmp_path_factory.mktemp("newcomer") / "shop", settings_of_the_readme())
    write_shop(project / "data/raw")
    return project


def test_two_own_csv_files_end_in_a_list(shop: Path) -> None:
    out = command(shop, "bleib", "run").stdout
    listed = pd.read_csv(shop / artifacts.AT_RISK.path, dtype={"customer_id": "str"})
    assert 1 <= len(listed) <= 25
    assert listed["customer_id"].str.fullmatch(r"\d{4}").all()
    assert listed["display_name"].str.startswith("Käufer ").all()
    assert listed["reason_1"].notna().any()
    assert "First on the list of" in out


def test_inspect_proposes_settings_that_are_accepted(shop: Path) -> None:
    out = command(shop, "bleib", "inspect", "data/raw/customers.csv", "data/raw/orders.csv").stdout
    proposed = yaml.safe_load(out[out.index("sources:") :])
    tables = {source["table"]: source for source in proposed["sources"]}
    assert tables["interactions"]["csv"] == {"delimiter": ";", "decimal": ","}
    assert tables["interactions"]["columns"]["occurred_at"] == "date"
    assert tables["customers"]["columns"]["customer_id"] == "customer"


def test_define_shows_the_choices_on_the_own_data(shop: Path) -> None:
    command(shop, "dvc", "repro", "-q", "ingest")
    out = command(shop, "bleib", "define", "--active", "60,120", "--horizon", "60", "--lead", "0").stdout
    assert len([line for line in out.splitlines() if line.split()[:1] in (["60"], ["120"])]) == 2


def test_own_windowed_feature_needs_no_code(shop: Path) -> None:
    params = yaml.safe_load((shop / "params.yaml").read_text(encoding="utf-8"))
    params["features"]["extra"] = [
        {
            "name": "frequency_orders_45d",
            "family": "frequency",
            "meaning": "orders in 45 days",
            "kinds": ["order"],
            "window_days": 45,
        }
    ]
    (shop / "params.yaml").write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")
    command(shop, "dvc", "repro", "-q", "featurize")
    assert "frequency_orders_45d" in set(pd.read_csv(shop / artifacts.DICTIONARY.path)["name"])
