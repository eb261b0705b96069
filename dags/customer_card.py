"""Customer card: gate raw → build the marts aside → gate marts → publish, every night.

If this fails at 3 a.m.: readers still see yesterday's marts, whole; nobody has to be woken.
- gate_raw: what came in breaks a critical expectation. The log says which table and column, where,
  and what to do; mend the file in landing, run its ingest DAG, clear this task.
- build: a model or a data test failed. The log names it. Clear the task: dbt goes on from there.
- gate_published: the new marts break a critical expectation. Nothing was published.
- publish: one transaction. Clear the task. `scheda rollback` points back to the night before.
"""

from __future__ import annotations

from typing import Any

import pendulum
from airflow.sdk import Asset, dag, task

from scheda import project

PROJECT = project.load()


@dag(
    schedule="0 2 * * *",
    start_date=pendulum.datetime(2026, 1, 1, tz=str(PROJECT.timezone)),
    catchup=False,
    is_paused_upon_creation=False,
    max_active_runs=1,
    tags=["nightly"],
    doc_md=__doc__,
    default_args={"retries": 1, "retry_delay": pendulum.duration(minutes=5)},
)
def customer_card() -> None:
    @task
    def gate_raw(**context: Any) -> dict[str, Any]:
        from scheda import nightly

        return nightly.gate_raw(context)

    @task
    def build(**context: Any) -> dict[str, Any]:
        from scheda import nightly

        return nightly.build(context)

    @task
    def gate_published(**context: Any) -> dict[str, Any]:
        from scheda import nightly

        return nightly.gate_published(context)

    @task(outlets=[Asset("scheda://marts/published")])
    def publish(**context: Any) -> dict[str, Any]:
        from scheda import nightly

        return nightly.publish(context)

    gate_raw() >> build() >> gate_published() >> publish()


customer_card()
