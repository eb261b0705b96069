"""After an upgrade or an edit of the models a build computes everything again, by itself."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from scheda import dbt, ops, postgres
from scheda.build import _were_changed

if TYPE_CHECKING:
    from pathlib import Path

    from scheda.project import Project


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([], False),  # the first build of all
        ([("published", "new")], False),
        ([("published", "old")], True),
        ([("published", None)], True),  # a release that did not tell
        ([("published", "new"), ("failed", "new")], False),
        ([("published", "new"), ("failed", "old")], True),  # it may have written half of its tables
        ([("published", "old"), ("published", "new")], False),
        ([("failed", "old")], True),
    ],
)
def test_what_other_models_wrote_is_not_added_to(
    project: Project, history: list[tuple[str, str | None]], expected: bool
) -> None:
    with postgres.connect(project) as conn:
        ops.ensure(conn)
        for status, models in [*history, ("building", "new")]:
            build_id = conn.execute(
                "insert into ops.builds (run_id, as_of, side, status, models)"
                " values ('r', '2026-01-31', 'a', %s, %s) returning build_id",
                [status, models],
            ).fetchone()[0]
        assert _were_changed(conn, build_id, "new") is expected


def test_a_segment_is_no_model_and_a_formula_is(project: Project, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    shutil.copytree(project.root / "dbt_project", root / "dbt_project")
    ours = replace(project, root=root)
    before = dbt.models_fingerprint(ours)
    marts = ours.dbt / "models" / "marts"
    with (marts / "segments" / "segments.yml").open("a") as page:
        page.write("# another segment\n")
    assert dbt.models_fingerprint(ours) == before
    with (marts / "card" / "customer_card.sql").open("a") as model:
        model.write("-- another formula\n")
    assert dbt.models_fingerprint(ours) != before
