"""The table of what every block brought on every set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.quality.blocks.block import Block
from benchmarks.quality.blocks.proof import Gain, is_kept
from bleib.model.selection import Comparison

MARKS = {"better": "**", "worse": "_", "tie": ""}
MISSING = "–"


def table(results: Mapping[str, Mapping[str, Any]], blocks: Sequence[Block]) -> str:
    """One row a block, one column a set: gain in thousandths of log loss ± standard error, P(better), AUROC gain.

    ``results``: by set and block what ``Gain.plain`` gave.
    """
    sets = list(results)
    names = list(dict.fromkeys(name for found in results.values() for name in found))
    order = [block.name for block in blocks if block.name in names]
    what = {block.name: f"`{block.name}`: {block.what}" for block in blocks}
    lines = [f"| block | {' | '.join(sets)} | kept |", "|---" * (len(sets) + 2) + "|"]
    for name in [*order, *(name for name in names if name not in order)]:
        found = {one: Gain.of_plain(results[one][name]) for one in sets if name in results[one]}
        shown = {one: cell(each.gain, each.verdict) for one, each in found.items()}
        cells = " | ".join(shown.get(one, MISSING) for one in sets)
        lines.append(f"| {what.get(name, f'`{name}`')} | {cells} | {'yes' if is_kept(found.values()) else 'no'} |")
    return "\n".join(lines) + "\n"


def cell(found: Comparison, verdict: str) -> str:
    """Thousandths of log loss ± one standard error, P(better) and AUROC in thousandths; bold or slanted by verdict."""
    mark, figures = MARKS[verdict], f"{1000 * found.gain:+.2f} ± {1000 * found.standard_error:.2f}"
    return f"{mark}{figures}{mark} ({found.probability_better:.0%}, {1000 * found.auroc_gain:+.1f})"
