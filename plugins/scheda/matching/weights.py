"""What may be concluded from the levels that were seen, and not from those that were not."""

from __future__ import annotations

import math
import re
from typing import Any

from scheda.matching.comparisons import COMPARISONS

#: A comparison or a level of Splink's settings; m is its share among matches, u by chance.
Settings = dict[str, Any]


def mark_unseen(settings: Settings, chance_pairs: float) -> None:
    """What chance never showed is not impossible: it counts as half a pair of those drawn."""
    least = 0.5 / chance_pairs
    for comparison in settings["comparisons"]:
        for level in _levels(comparison):
            if level.get("u_probability", 0.0) < least:
                level |= {"u_probability": least, "fix_u_probability": True}


def is_taught(comparison: Settings) -> bool:
    return any("m_probability" in level for level in comparison["comparison_levels"])


def teaches(rule: tuple[str, ...], comparison: Settings) -> bool:
    """Would pairs that agree on the columns of `rule` teach something new? Not where the
    comparison reads one of them: there all of them agree."""
    read = " ".join(level["sql_condition"] for level in comparison["comparison_levels"])
    reads = any(re.search(rf"\b{column}_[lr]\b", read) for column in rule)
    return not is_taught(comparison) and not reads


def settle(settings: Settings, matches: float) -> None:
    """Fix the weights of what was taught just now by about `matches` pairs.

    A level never seen among them counts as half a pair; seen neither there nor by chance, it says
    nothing, for or against. No level of a graded comparison weighs more than a better one, and to
    agree on nothing never speaks for a pair.
    """
    least = min(0.5 / max(matches, 1.0), 0.05)
    graded = {one.name for one in COMPARISONS if one.is_graded}
    for comparison in settings["comparisons"]:
        levels = _levels(comparison)
        if not is_taught(comparison) or levels[-1]["fix_m_probability"]:
            continue
        most = math.inf
        for level in levels:
            u = level["u_probability"]
            level["fix_m_probability"] = True
            if "m_probability" not in level and level["fix_u_probability"]:
                level["m_probability"] = u
                level.pop("tf_adjustment_column", None)
                continue
            ceiling = min(most, 1.0) if level is levels[-1] else most
            odds = min(max(level.get("m_probability", 0.0), least) / u, ceiling)
            level["m_probability"] = odds * u
            if comparison["output_column_name"] in graded:
                most = odds


def _levels(comparison: Settings) -> list[Settings]:
    """From the strongest to "none of them"; without the one for a missing value."""
    return [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
