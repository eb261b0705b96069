"""Run DAGs through Airflow's own engine, one after the other, in this process.

A child process of `scheda run`: its output is the Airflow log; what a person sees goes through
`scheda.progress`. Exit status 0 when every DAG run succeeded.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path


def main(arguments: list[str]) -> int:
    """arguments: one JSON object with `dags` (ids, in order), `stop_after` (nothing runs
    after one of these failed), `conf` (of every DAG run), `folder` (of the DAG files)."""
    order = json.loads(arguments[0])
    begun = time.perf_counter()
    from airflow.dag_processing.dagbag import DagBag

    from scheda.progress import say

    bag = DagBag(dag_folder=Path(order["folder"]))
    if bag.import_errors:
        say("\n".join(f"{path}: {text}" for path, text in bag.import_errors.items()))
        return 2
    say(f"Airflow is up after {time.perf_counter() - begun:.1f} s")
    failed = []
    for dag_id in order["dags"]:
        for task in bag.dags[dag_id].tasks:
            task.retries = 0  # a person is waiting: tell what failed at once
        state = bag.dags[dag_id].test(run_conf=order["conf"]).state
        if state != "success":
            failed.append(dag_id)
            if dag_id in order["stop_after"]:
                break
    return 1 if failed else 0


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    # Everything is committed; Airflow's in-process API would take seconds to wind down its threads.
    os._exit(status)
