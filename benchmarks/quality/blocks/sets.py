"""The data sets on which features are tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from benchmarks.quality.raw import larger_demo
from benchmarks.quality.sets import SETS, Trial

IT = "it_incidents"
SHORTER = {  # its trial leaves one training date, hence no forward fold: half the horizon gives four
    "clock": {"newest": "2016-05-02", "every_days": 7, "dates": 8, "min_history_days": 14},
    "churn": {"horizon_days": 14, "active_days": 30},
    "split": {"max_train_dates": 20},
}
TRIED = {chosen.name: chosen for chosen in SETS if chosen.name != "cdnow_base"}  # inflated: most left long ago
TRIED["demo_larger"] = replace(TRIED["demo"], name="demo_larger", lay_out=larger_demo)
TRIED |= {f"{IT}_14": replace(TRIED[IT], name=f"{IT}_14", tests=(Trial(date(2016, 4, 18)),), changes=SHORTER)}
