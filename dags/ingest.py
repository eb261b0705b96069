"""Ingest: one DAG per declared source, each loads what is new in landing and emits an asset.

If this fails at 3 a.m.: the task's log ends with one message that names the file, the row, the
column and what to do. The other sources go on; the gate keeps yesterday's marts up until the file
is mended or removed. Mend it, then clear the task: what is loaded already is never loaded twice.
"""

from __future__ import annotations

from typing import Any

import pendulum
from airflow.sdk import Asset, dag, task

from scheda import catalog, project

PROJECT = project.load()


def make_dag(source: str, description: str) -> None:
    @dag(
        dag_id=f"ingest_{source}",
        description=description,
        schedule="0 1 * * *",
        start_date=pendulum.datetime(2026, 1, 1, tz=str(PROJECT.timezone)),
        catchup=False,
        is_paused_upon_creation=False,
        max_active_runs=1,
        tags=["ingest"],
        doc_md=__doc__,
        default_args={"retries": 2, "retry_delay": pendulum.duration(minutes=5)},
    )
    def ingest_source() -> None:
        @task(outlets=[Asset(f"scheda://raw/{source}")])
        def load_files(**context: Any) -> dict[str, Any]:
            from scheda import nightly

            return nightly.ingest_source(source, context)

        load_files()

    ingest_source()


for _source in catalog.load(PROJECT).sources.values():
    make_dag(_source.name, _source.description)
