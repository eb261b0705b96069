"""Audiences: after each publication, export every declared audience with its manifest.

If this fails at 3 a.m.: the files of the last export are still in place, whole (each is written
aside and renamed). The log names the audience. Clear the task: an export repeated gives the same
file.
"""

from __future__ import annotations

from typing import Any

import pendulum
from airflow.sdk import Asset, dag, task

from scheda import project

PROJECT = project.load()


@dag(
    schedule=[Asset("scheda://marts/published")],
    start_date=pendulum.datetime(2026, 1, 1, tz=str(PROJECT.timezone)),
    catchup=False,
    is_paused_upon_creation=False,
    max_active_runs=1,
    tags=["audiences"],
    doc_md=__doc__,
    default_args={"retries": 2, "retry_delay": pendulum.duration(minutes=5)},
)
def audiences() -> None:
    @task
    def export(**context: Any) -> dict[str, Any]:
        from scheda import nightly

        return nightly.export(context)

    export()


audiences()
