"""The DAGs parse without a warehouse, import nothing heavy, and keep the policy of the house."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scheda import catalog, project

ROOT = Path(__file__).resolve().parents[1]

#: Parsing happens in a process without our database, as in Airflow's DAG processor.
PARSE = """
import json, sys
from pathlib import Path
from airflow.dag_processing.dagbag import DagBag
before = set(sys.modules)
bag = DagBag(dag_folder=Path(sys.argv[1]))
print(json.dumps({
    "errors": {str(path): text for path, text in bag.import_errors.items()},
    "heavy": sorted({"pandas", "great_expectations", "dbt"} & (set(sys.modules) - before)),
    "dags": {
        dag.dag_id: {
            "doc": dag.doc_md or "",
            "tags": sorted(dag.tags),
            "catchup": dag.catchup,
            "max_active_runs": dag.max_active_runs,
            "retries": sorted({task.retries for task in dag.tasks}),
            "edges": sorted([task.task_id, after] for task in dag.tasks
                            for after in task.downstream_task_ids),
            "outlets": sorted(asset.uri for task in dag.tasks for asset in task.outlets),
        }
        for dag in bag.dags.values()
    },
}))
"""


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    var = tmp_path_factory.mktemp("dags")
    environment = project.environment(
        SCHEDA_VAR=str(var),
        AIRFLOW_HOME=str(var / "airflow"),
        AIRFLOW__CORE__LOAD_EXAMPLES="False",
        AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{var}/none.db",
    )
    done = subprocess.run(
        [sys.executable, "-c", PARSE, str(ROOT / "dags")],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def test_every_dag_parses(bag: dict[str, Any]) -> None:
    assert bag["errors"] == {}


def test_one_ingest_dag_per_declared_source_and_the_two_of_the_night(bag: dict[str, Any]) -> None:
    sources = catalog.load(project.load()).sources
    ingests = {f"ingest_{name}" for name in sources}
    assert ingests >= {"ingest_crm", "ingest_shop", "ingest_sendgrid", "ingest_files"}
    assert set(bag["dags"]) == ingests | {"customer_card", "audiences"}


def test_parsing_imports_nothing_heavy(bag: dict[str, Any]) -> None:
    assert bag["heavy"] == []


def test_the_night_gates_before_and_after_the_build(bag: dict[str, Any]) -> None:
    assert bag["dags"]["customer_card"]["edges"] == [
        ["build", "gate_published"],
        ["gate_published", "publish"],
        ["gate_raw", "build"],
    ]


def test_policy(bag: dict[str, Any]) -> None:
    for dag_id, dag in bag["dags"].items():
        assert "If this fails at 3 a.m." in dag["doc"], dag_id
        assert dag["tags"], dag_id
        assert not dag["catchup"], dag_id
        assert dag["max_active_runs"] == 1, dag_id
        assert min(dag["retries"]) >= 1, dag_id


def test_assets_tie_the_dags_together(bag: dict[str, Any]) -> None:
    assert bag["dags"]["ingest_crm"]["outlets"] == ["scheda://raw/crm"]
    assert bag["dags"]["customer_card"]["outlets"] == ["scheda://marts/published"]
