"""Every formula by its dbt unit tests, in a warehouse that received nothing yet."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from scheda import build, dbt, postgres

if TYPE_CHECKING:
    from scheda.project import Project

DAY = date(2026, 1, 31)


def test_every_formula_gives_what_its_named_people_expect(project: Project) -> None:
    built = build.build(project, run_id="empty", as_of=DAY)
    arguments = ["test", "--select", "test_type:unit"]
    code, results = dbt.invoke(
        project, arguments, side=built["side"], build_id=built["build_id"], as_of=DAY
    )
    formulas = [result for result in results if result.resource_type == "unit_test"]
    assert [(each.node, each.message) for each in formulas if each.status != "pass"] == []
    assert code == 0
    assert len(formulas) > 15
    with postgres.connect(project) as conn:
        row = conn.execute(f"select count(*) from marts_{built['side']}.customer_card").fetchone()
    assert row == (0,), "an empty warehouse builds too"
