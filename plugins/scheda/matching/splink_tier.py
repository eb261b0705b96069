"""The probabilistic tier: contacts that no rule joins, weighed by Splink in an in-process DuckDB.

Optional (var `matcher`), and never a reason for a night to fail: what goes wrong is told, and the
pairs of the night before stay.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING

from scheda import postgres
from scheda.errors import SchedaError
from scheda.matching import contacts, model_store, proposals
from scheda.progress import say
from scheda.values import tables

if TYPE_CHECKING:
    import duckdb
    import psycopg

    from scheda.matching.model_store import Model
    from scheda.project import Project

MATCHER = "splink"
#: What the var may say for "no matcher"; YAML reads a bare `off` as false.
_OFF = (None, False, "off", "none")


def fill(project: Project, build_id: int) -> int:
    """Propose pairs of contacts in core.proposed_pairs, if the var `matcher` says so; how many
    rows changed (they carry `build_id`).

    Nights after the first weigh only pairs with a contact that is new or changed. Raises
    SchedaError for settings that cannot be meant, and nothing else.
    """
    chosen = project.settings.get("matcher")
    if chosen in _OFF:
        with postgres.connect(project) as conn:
            tables.ensure(conn)
            model_store.ensure(conn)
            model_store.forget(conn, MATCHER)
            return proposals.withdraw_all(conn, MATCHER, build_id)
    if chosen != MATCHER:
        raise SchedaError(f"dbt_project.yml: matcher is '{chosen}'; write \"off\" or {MATCHER}")
    link, review = _thresholds(project)
    if not (find_spec("splink") and find_spec("duckdb")):
        say("matcher: Splink is not installed (extra `matcher`); the proposals stay as they are")
        return 0
    try:
        with postgres.connect(project) as conn, contacts.in_process(project) as con:
            return _propose(project, conn, con, build_id, link=link, review=review)
    except Exception as error:
        # The message may quote somebody's data: what is told is only its kind.
        say(f"matcher: stopped ({type(error).__name__}); the proposals stay as they are")
        return 0


def _propose(
    project: Project,
    conn: psycopg.Connection,
    con: duckdb.DuckDBPyConnection,
    build_id: int,
    *,
    link: float,
    review: float,
) -> int:
    from scheda.matching import blocking, scoring, training

    tables.ensure(conn)
    model_store.ensure(conn)
    known = model_store.read(conn, MATCHER)
    if known and _is_outgrown(conn, known, float(project.settings["matcher_retrain_share"])):
        known = None
    since = known.scored_build_id if known else None
    count = contacts.load(conn, con, since=since)
    least = int(project.settings["matcher_least_contacts"])
    if count < least:
        say(f"matcher: it takes {least:,} contacts to learn from, there are {count:,}")
        return 0
    if known:
        model = known
        blocking.pair_up(con, only_new=True)
        scoring.weigh(con, model.settings)
    else:
        try:
            model = _learn(con, count, build_id)
        except training.TooLittleDataError as error:
            say(f"matcher: {error}")
            return 0
    found = scoring.proposals(
        con, model.settings, review=review, link=link, has_houses=model.has_houses
    )
    changed = proposals.write(
        conn, con, found, matcher=MATCHER, model=model.name, since=since, build_id=build_id
    )
    model_store.write(conn, MATCHER, model, scored_build_id=build_id)
    return changed


def _learn(con: duckdb.DuckDBPyConnection, count: int, build_id: int) -> Model:
    """A model of all contacts, which are weighed by it. Sums are made in one thread, in one order,
    so that the same contacts teach the same on every machine."""
    from scheda.matching import blocking, house, scoring, training

    con.execute("set threads = 1")
    settings = model_store.rounded(training.train(con))
    con.execute(f"set threads = {os.cpu_count() or 1}")
    blocking.pair_up(con, only_new=False)
    scoring.weigh(con, settings)
    con.execute("set threads = 1")
    scoring.settle_prior(con, settings)
    return model_store.Model(
        settings=model_store.rounded(settings),
        has_houses=house.are_there(con, settings),
        contacts=count,
        trained_build_id=build_id,
        scored_build_id=build_id,
    )


def _is_outgrown(conn: psycopg.Connection, model: Model, share: float) -> bool:
    """Made by other code, or learnt before `share` of the contacts came or changed."""
    if model.made_by != model_store.made_by():
        return True
    changed = conn.execute(
        "select count(*) from core.uniform_contacts where _build_id > %s", [model.trained_build_id]
    ).fetchone()[0]
    return changed > share * model.contacts


def _thresholds(project: Project) -> tuple[float, float]:
    """(link, review), from the vars."""
    link = float(project.settings["matcher_link_probability"])
    review = float(project.settings["matcher_review_probability"])
    if not 0.5 <= review <= link < 1:
        raise SchedaError(
            "dbt_project.yml: matcher_review_probability and matcher_link_probability are shares"
            f" from 0.5 to below 1, the first not above the second; they are {review} and {link}"
        )
    return link, review
