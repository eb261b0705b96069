"""The `scheda` command: the steps of the night one by one, and what a person asks in between."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from scheda import identity_cli
from scheda import project as projects
from scheda.errors import SchedaError

if TYPE_CHECKING:
    from datetime import date

    from scheda.project import Project

app = typer.Typer(
    help="A nightly customer-data warehouse: one trustworthy card per customer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console(highlight=False, soft_wrap=True)
if not console.is_terminal:
    console.width = max(console.width, 120)  # a log file has no edge to fold tables at

AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", help="Business day to close; default yesterday."),
]


@app.command()
def run(
    as_of: AsOf = None,
    sample: Annotated[
        bool, typer.Option(help="Drop the sample company into an empty landing.")
    ] = True,
) -> None:
    """The whole night through Airflow: ingest, gates, build, publish, audiences; then a summary."""
    from scheda import run as running
    from scheda import summary

    ours = projects.load()
    done, run_id = running.run(ours, as_of=_day(ours, as_of), tell=console.out, with_sample=sample)
    console.print(summary.summary(ours, run_id))
    if not done:
        console.print(f"Airflow's log: {running.log_file(ours, run_id)}")
        raise typer.Exit(1)


@app.command()
def ingest(
    source: Annotated[str | None, typer.Argument(help="One source; default all.")] = None,
) -> None:
    """Load what is new in landing into raw tables."""
    from scheda import catalog, steps
    from scheda import ingest as ingesting

    ours, run_id = _start()
    names = list(catalog.load(ours).sources)
    if source is not None and source not in names:
        raise SchedaError(f"no source is called '{source}'; declared: {', '.join(names)}")
    results = [
        steps.run(
            ours, run_id, f"ingest {name}",
            lambda name=name: ingesting.ingest(ours, name, run_id=run_id),
        )
        for name in ([source] if source else names)
    ]  # fmt: skip
    for result in results:
        ingesting.complain(result)


@app.command()
def withdraw(
    source: Annotated[str, typer.Argument(help="Source, or source.table where it has several.")],
    file: Annotated[str, typer.Argument(help="The file as `scheda status` or a gate names it.")],
) -> None:
    """Take back a loaded file before any build has used it: its rows count nowhere."""
    from scheda import catalog, ledger, postgres

    ours, _run_id = _start()
    tables = [t for t in catalog.load(ours).tables if source in (t.source, t.label)]
    if len(tables) != 1:
        labels = ", ".join(t.label for t in (tables or catalog.load(ours).tables))
        raise SchedaError(f"say which table '{source}' means: {labels}")
    with postgres.connect(ours) as conn:
        rows = ledger.withdraw(conn, tables[0], file)
    console.print(f"{file}: {rows:,} rows taken back; remove it from landing or mend it there")


@app.command()
def check(as_of: AsOf = None, gate: str = "raw") -> None:
    """Run a gate: `--gate raw` on what came in, `--gate published` on the marts built aside."""
    from scheda import check as checking
    from scheda import steps

    gates = {"raw": checking.gate_raw, "published": checking.gate_published}
    if gate not in gates:
        raise SchedaError(f"no gate is called '{gate}'; gates: {', '.join(gates)}")
    ours, run_id = _start()
    day = _day(ours, as_of)
    steps.run(ours, run_id, f"gate {gate}", lambda: gates[gate](ours, run_id=run_id, as_of=day))


@app.command()
def build(
    as_of: AsOf = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Recompute everything from raw.")
    ] = False,
) -> None:
    """Build the marts aside (readers see nothing of it until `publish`)."""
    from scheda import build as building
    from scheda import steps

    ours, run_id = _start()
    day = _day(ours, as_of)
    steps.run(
        ours, run_id, "build",
        lambda: building.build(ours, run_id=run_id, as_of=day, full_refresh=full_refresh),
    )  # fmt: skip


@app.command()
def publish() -> None:
    """Show readers the marts built aside, in one transaction."""
    from scheda import publish as publishing
    from scheda import steps

    ours, run_id = _start()
    steps.run(ours, run_id, "publish", lambda: publishing.publish(ours, run_id=run_id))


@app.command()
def rollback() -> None:
    """Point readers back to the marts published before."""
    from scheda import publish as publishing
    from scheda import steps

    ours, run_id = _start()
    result = steps.run(ours, run_id, "rollback", lambda: publishing.rollback(ours))
    console.print(f"readers see the marts of {result['as_of']} again")


@app.command()
def export() -> None:
    """Write the declared audiences of the published marts as files."""
    from scheda import export as exporting
    from scheda import postgres, steps

    ours, run_id = _start()
    with postgres.connect(ours) as conn:
        day = conn.execute("select as_of from ops.published").fetchone()[0]
    steps.run(ours, run_id, "export", lambda: exporting.export(ours, run_id=run_id, as_of=day))


@app.command()
def sample(
    as_of: AsOf = None,
    people: Annotated[
        int | None, typer.Option(help="How many people it has (100 or more); default 1210.")
    ] = None,
) -> None:
    """Drop the files of the sample company into landing, and who is who in it beside."""
    from scheda import sample as sampling
    from scheda.sample import truth

    ours = projects.load()
    size = {} if people is None else {"people": people}
    written = sampling.write(ours, as_of=_day(ours, as_of), **size)
    console.print(f"{len(written['files'])} files in {ours.landing}")
    console.print(f"who is who: {truth.folder(ours)}")


@app.command()
def status() -> None:
    """What is published, what the last run did, what waits for a person."""
    from scheda import status as reporting

    console.print(reporting.status(projects.load()))


@app.command()
def card(
    email: str,
    fields: Annotated[
        bool, typer.Option("--fields", help="Add where each value comes from, and what lost.")
    ] = False,
) -> None:
    """One customer's card, as a person would read it."""
    from scheda import card as rendering

    console.print(rendering.render(projects.load(), email, fields=fields))


identity_cli.add_to(app)


@app.command()
def dsn(
    owner: Annotated[bool, typer.Option("--owner", help="The owner's address instead.")] = False,
) -> None:
    """Print the address for a BI tool, password included (reads `marts` only)."""
    from scheda import postgres

    ours = projects.load()
    print(postgres.dsn(ours) if owner else postgres.reader_dsn(ours, with_password=True))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def dbt(context: typer.Context, as_of: AsOf = None) -> None:
    """Run any dbt command on the side being built, e.g. `scheda dbt test -s customer_card`."""
    import subprocess

    from scheda import dbt as running
    from scheda import postgres, sides

    ours, _run_id = _start()
    with postgres.connect(ours) as conn:
        side = sides.side_to_build(conn)
        build_id = conn.execute("select coalesce(max(build_id), 0) from ops.builds").fetchone()[0]
    target = running.target_folder(ours, side)
    command = [
        sys.executable, "-m", "dbt.cli.main", *(context.args or ["--help"]),
        "--project-dir", str(ours.dbt), "--profiles-dir", str(ours.dbt),
        "--target-path", str(target), "--log-path", str(target / "logs"), "--target", side,
    ]  # fmt: skip
    environment = running.dbt_environment(ours, build_id=build_id, as_of=_day(ours, as_of))
    raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)


@app.command()
def up() -> None:
    """Start the warehouse and Airflow's services in the background."""
    from scheda import services

    services.up(projects.load())


@app.command()
def down() -> None:
    """Stop Airflow's services and the embedded warehouse."""
    from scheda import services

    services.down(projects.load())


def _start() -> tuple[Project, str]:
    from scheda import postgres

    ours = projects.load()
    postgres.start(ours)
    return ours, f"cli-{datetime.now().strftime('%Y%m%d-%H%M%S')}"


def _day(ours: Project, text: str | None) -> date:
    return projects.parse_day(text) if text else ours.last_business_day()


def main() -> None:
    """Entry point: a problem that a person can act on is one message, not a stack trace."""
    try:
        app()
    except SchedaError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            f"scheda: {error}", markup=False
        )
        sys.exit(1)
