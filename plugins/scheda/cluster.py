"""`python -m scheda.cluster`: what the init service of docker-compose.yml does once Airflow's own
tables are there: the warehouse's books, the reader of BI tools, Airflow's administrator."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from scheda import airflow_env, postgres, project
from scheda.errors import SchedaError
from scheda.progress import say

if TYPE_CHECKING:
    from scheda.project import Project


def prepare(ours: Project, *, admin_password: str | None) -> None:
    """Safe to repeat. The administrator's password follows `admin_password` at every start."""
    if not admin_password:
        raise SchedaError("SCHEDA_ADMIN_PASSWORD is empty: set it in .env")
    postgres.start(ours)
    path = airflow_env.password_file(ours)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({airflow_env.ADMIN: admin_password}), encoding="utf-8")
    draft.rename(path)
    say("warehouse: books and roles are there; airflow: the administrator may log in")


def main() -> int:
    try:
        prepare(project.load(), admin_password=project.secret("SCHEDA_ADMIN_PASSWORD"))
    except SchedaError as error:
        say(f"scheda: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
