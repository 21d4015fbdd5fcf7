"""What a ``sources:`` section cannot read or join, turned into files that it can. Nothing else is changed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bleib.files import write_parquet, write_text


def nothing(raw: Path) -> None:
    """The files can be read as they are."""


def cdnow(raw: Path) -> None:
    """CDNOW_master.txt separates by a varying number of blanks; write it with commas. Equal lines are real and stay."""
    master = raw / "CDNOW_master.txt"
    lines = master.read_text(encoding="ascii").splitlines()
    write_text(raw / "purchases.csv", "".join(",".join(line.split()) + "\n" for line in lines))
    master.unlink()


def complete_journey(raw: Path) -> None:
    """Campaigns get the day they began from their descriptions, basket lines the department of their product."""
    descriptions = pd.read_parquet(raw / "campaign_descriptions.parquet")
    campaigns = pd.read_parquet(raw / "campaigns.parquet").merge(descriptions, on="campaign_id", validate="m:1")
    campaigns.insert(
        0, "contact_id", campaigns["campaign_id"].astype(str) + "-" + campaigns["household_id"].astype(str)
    )
    write_parquet(raw / "campaigns.parquet", campaigns)
    products = pd.read_parquet(raw / "products.parquet", columns=["product_id", "department"])
    lines = pd.read_parquet(raw / "transactions.parquet").merge(products, on="product_id", how="left", validate="m:1")
    write_parquet(raw / "transactions.parquet", lines)
    for used in ("campaign_descriptions", "products"):
        (raw / f"{used}.parquet").unlink()
