"""What a matcher learnt, kept between nights: core.matcher_models."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version as installed_version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

#: Files of this package that decide what is learnt and how pairs are weighed.
_DECLARATIONS = (
    "blocking.py", "comparisons.py", "contacts.py", "data/nicknames.txt", "house.py", "names.py",
    "scoring.py", "training.py", "weights.py", "words.py",
)  # fmt: skip
#: Digits kept of a weight: more are noise of the order of summing.
_DIGITS = 9


@dataclass(frozen=True)
class Model:
    """A learnt model and where it stands.

    settings         what Splink needs to weigh pairs, every weight included
    has_houses       do the contacts share houses (scheda.matching.house)?
    contacts         contacts it was learnt from
    trained_build_id build that learnt it
    scored_build_id  last build whose contacts it weighed
    """

    settings: dict[str, Any]
    has_houses: bool
    contacts: int
    trained_build_id: int
    scored_build_id: int
    made_by: str = ""

    @property
    def name(self) -> str:
        """Short fingerprint: equal models have equal names, on every machine."""
        body = json.dumps([self.settings, self.has_houses], sort_keys=True)
        return hashlib.sha256(body.encode()).hexdigest()[:12]


@cache
def made_by() -> str:
    """What else decides a model: our declarations and the libraries."""
    digest = hashlib.sha256()
    for name in _DECLARATIONS:
        digest.update((files("scheda.matching") / name).read_bytes())
    libraries = [f"{name} {installed_version(name)}" for name in ("splink", "duckdb")]
    return ", ".join([digest.hexdigest()[:12], *libraries])


def rounded(settings: dict[str, Any]) -> dict[str, Any]:
    """The same settings with every number cut to the digits that mean something."""
    return json.loads(
        json.dumps(settings), parse_float=lambda text: float(f"{float(text):.{_DIGITS}g}")
    )


def ensure(conn: psycopg.Connection) -> None:
    """Create the table where it is missing; safe to repeat."""
    conn.execute(
        """
        create table if not exists core.matcher_models (
            matcher text primary key,
            model text not null,
            settings jsonb not null,
            has_houses boolean not null,
            contacts bigint not null,
            made_by text not null,
            trained_build_id bigint not null,
            scored_build_id bigint not null
        )
        """
    )


def read(conn: psycopg.Connection, matcher: str) -> Model | None:
    row = conn.execute(
        "select settings, has_houses, contacts, trained_build_id, scored_build_id, made_by"
        " from core.matcher_models where matcher = %s",
        [matcher],
    ).fetchone()
    return Model(*row) if row else None


def write(conn: psycopg.Connection, matcher: str, model: Model, *, scored_build_id: int) -> None:
    conn.execute(
        """
        insert into core.matcher_models values (%s, %s, %s, %s, %s, %s, %s, %s)
        on conflict (matcher) do update
        set
            model = excluded.model,
            settings = excluded.settings,
            has_houses = excluded.has_houses,
            contacts = excluded.contacts,
            made_by = excluded.made_by,
            trained_build_id = excluded.trained_build_id,
            scored_build_id = excluded.scored_build_id
        """,
        [
            matcher, model.name, json.dumps(model.settings), model.has_houses, model.contacts,
            made_by(), model.trained_build_id, scored_build_id,
        ],
    )  # fmt: skip


def forget(conn: psycopg.Connection, matcher: str) -> None:
    conn.execute("delete from core.matcher_models where matcher = %s", [matcher])
