"""Who may be who: verdicts on pairs of names, and pairs that a matcher proposes.

`fill` answers what dbt asks between its phases; `names.compare` judges two names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheda.matching import splink_tier, verdicts

if TYPE_CHECKING:
    from scheda.project import Project

__all__ = ["fill"]


def fill(project: Project, build_id: int) -> dict[str, int]:
    """Bring core.name_verdicts and core.proposed_pairs up to date; {table: rows changed}.

    Rows that changed carry `build_id`. Raises SchedaError when dbt has not built what it reads;
    the probabilistic tier never fails a build: see splink_tier.
    """
    return {
        "name_verdicts": verdicts.fill(project, build_id),
        "proposed_pairs": splink_tier.fill(project, build_id),
    }
