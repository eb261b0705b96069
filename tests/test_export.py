"""Export: who gets into a file, what the file looks like, and what its manifest says."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from scheda import audiences, delivery, optouts, postgres
from scheda.errors import SchedaError
from scheda.export import NO_CONSENT, NO_EMAIL, export

if TYPE_CHECKING:
    import psycopg

    from scheda.project import Project

DAY = date(2026, 10, 31)
BEFORE, AFTER = date(2026, 10, 30), date(2026, 11, 1)

#: customer, e-mail, consent, first name, phone, spend, is_included, exclusion reason
PEOPLE = [
    ("c1", "anna@example.com", True, "Anna", "+393331234567", "-12.50", True, None),
    ("c2", "bruno@example.com", True, '=HYPERLINK("x")', None, "10.00", True, None),
    ("c3", "carla@example.com", True, 'Carla "Lalla", jr', "+39 333", "0.00", True, None),
    ("c4", "dario@example.com", False, "Dario", None, "0.00", True, None),
    ("c5", None, True, "Elena", None, "0.00", True, None),
    ("c6", "fabio@example.com", True, "Fabio", None, "0.00", False, "bounced address"),
]
FIELDS = ["customer_id", "email", "first_name", "phone", "total_spend", "last_purchase_on"]

AUDIENCE = {
    "name": "winback",
    "segment": "dormant",
    "channel": "email",
    "purpose": "Invite back",
    "owner": "marketing",
    "description": "People who have not bought for a year.",
    "fields": FIELDS,
}
RULES = [{"name": "dormant", "rule": "days > 365"}, {"name": "province", "by": "province"}]


def declare(project: Project, *entries: dict[str, Any]) -> None:
    marts = project.dbt / "models" / "marts"
    marts.mkdir(parents=True, exist_ok=True)
    for model, meta in {
        "audience_members": {"audiences": list(entries)},
        "segments": {"rules": RULES},
    }.items():
        page = {"models": [{"name": model, "config": {"meta": meta}}]}
        (marts / f"{model}.yml").write_text(yaml.safe_dump(page), encoding="utf-8")


def publish(project: Project) -> None:
    """A hand-made night: PEOPLE in the audience's segment, published as build 7 of DAY."""
    with postgres.connect(project) as conn:
        conn.execute(
            """
            create table marts.customer_card (
                customer_id text, email text, email_consent boolean, first_name text, phone text,
                total_spend numeric(14, 2), last_purchase_on date);
            create table marts.audience_members (
                audience text, customer_id text, is_included boolean, exclusion_reason text);
            create table core.identity_map (source text, contact_key text, customer_id text);
            create table core.contacts (
                source text, contact_key text, email text, email_consent boolean,
                email_consent_at timestamptz);
            create table core.message_events (
                source text, contact_key text, email text, event_type text, bounce_type text,
                occurred_on date);
            create table staging.stg_crm__contacts (like core.contacts, _load_id bigint);
            create table staging.stg_esp__message_events (like core.message_events,
                _load_id bigint);
            update ops.published set side = 'a', build_id = 7, as_of = '2026-10-31';
            """
        )
        for customer, email, consent, name, phone, spend, included, reason in PEOPLE:
            conn.execute(
                "insert into marts.customer_card values (%s, %s, %s, %s, %s, %s, %s)",
                [customer, email, consent, name, phone, spend, date(2025, 1, 2)],
            )
            conn.execute(
                "insert into marts.audience_members values ('winback', %s, %s, %s)",
                [customer, included, reason],
            )
        conn.execute("insert into core.identity_map values ('crm', 'A-1', 'c1')")


def receive(conn: psycopg.Connection, *, build_id: int | None) -> int:
    """A file that arrived; `build_id` is the first build that saw it."""
    return conn.execute(
        "insert into ops.loads (source, table_name, file_name, content_hash, status, build_id)"
        " values ('crm', 'contacts', 'f', gen_random_uuid()::text, 'loaded', %s) returning load_id",
        [build_id],
    ).fetchone()[0]


@pytest.fixture
def night(own_project: Project) -> Project:
    declare(own_project, AUDIENCE)
    publish(own_project)
    return own_project


def files(project: Project) -> tuple[bytes, dict[str, Any]]:
    folder = Path(project.exports) / DAY.isoformat()
    data = (folder / "winback.csv").read_bytes()
    return data, json.loads((folder / "winback.manifest.json").read_text(encoding="utf-8"))


def rows(project: Project) -> list[dict[str, str]]:
    text = files(project)[0].decode("utf-8")
    return list(csv.DictReader(text.splitlines(keepends=True)))


def test_the_card_is_asked_again(night: Project) -> None:
    result = export(night, run_id="r1", as_of=DAY)
    assert [row["customer_id"] for row in rows(night)] == ["c1", "c2", "c3"]
    assert result["audiences"][0]["excluded"] == {
        "bounced address": 1, NO_CONSENT: 1, NO_EMAIL: 1,
    }  # fmt: skip


def test_manifest_describes_the_file(night: Project) -> None:
    export(night, run_id="r1", as_of=DAY)
    data, manifest = files(night)
    assert manifest["sha256"] == hashlib.sha256(data).hexdigest()
    assert manifest["people_in_segment"] == manifest["exported"] + sum(
        manifest["exclusions"].values()
    )
    told = {key: manifest[key] for key in ("segment", "rule", "owner", "as_of", "build_id")}
    assert told == {
        "segment": "dormant",
        "rule": "days > 365",
        "owner": "marketing",
        "as_of": "2026-10-31",
        "build_id": 7,
    }


def test_file_is_rfc_4180(night: Project) -> None:
    export(night, run_id="r1", as_of=DAY)
    data, _manifest = files(night)
    assert data.count(b"\r\n") == 4
    assert data.replace(b"\r\n", b"").count(b"\n") == 0
    assert rows(night)[2]["first_name"] == 'Carla "Lalla", jr'


def test_repeat_leaves_the_same_bytes(night: Project) -> None:
    export(night, run_id="r1", as_of=DAY)
    first = files(night)
    export(night, run_id="r2", as_of=DAY)
    assert files(night) == first
    folder = Path(night.exports) / DAY.isoformat()
    assert sorted(path.name for path in folder.iterdir()) == [
        "winback.csv",
        "winback.manifest.json",
    ]


def test_every_export_is_in_the_books(night: Project) -> None:
    export(night, run_id="r1", as_of=DAY)
    with postgres.connect(night) as conn:
        found = conn.execute(
            "select run_id, audience, build_id, people_in_segment, people_exported from ops.exports"
        ).fetchall()
    assert found == [("r1", "winback", 7, 6, 3)]


@pytest.mark.parametrize(
    ("event", "bounce", "reason"),
    [
        ("unsubscribe", None, optouts.UNSUBSCRIBED),
        ("complaint", None, optouts.COMPLAINED),
        ("bounce", "hard", optouts.BOUNCED),
        ("bounce", "soft", None),
        ("open", None, None),
    ],
)
@pytest.mark.parametrize("build_id", [None, 8, 7])
def test_events_that_arrived_since_publication(
    night: Project, event: str, bounce: str | None, reason: str | None, build_id: int | None
) -> None:
    with postgres.connect(night) as conn:
        load = receive(conn, build_id=build_id)
        conn.execute(
            "insert into staging.stg_esp__message_events values"
            " ('esp', null, 'Anna@example.com', %s, %s, %s, %s)",
            [event, bounce, BEFORE, load],
        )
    excluded = export(night, run_id="r1", as_of=DAY)["audiences"][0]["excluded"]
    expected = {reason: 1} if reason and build_id != 7 else {}
    assert {key: value for key, value in excluded.items() if "publication" in key} == expected


def test_a_contact_withdrawn_under_another_address(night: Project) -> None:
    """The identity map says whose contact it is, even when the row carries no e-mail."""
    with postgres.connect(night) as conn:
        load = receive(conn, build_id=None)
        conn.execute(
            "insert into staging.stg_crm__contacts values ('crm', 'A-1', null, false, null, %s)",
            [load],
        )
    excluded = export(night, run_id="r1", as_of=DAY)["audiences"][0]["excluded"]
    assert excluded[optouts.WITHDRAWN] == 1
    assert "c1" not in [row["customer_id"] for row in rows(night)]


def test_a_refusal_speaks_for_everybody_at_the_address(night: Project) -> None:
    """Anna withdraws in a row without an address; another customer has hers on the card. Written
    as a mail program copies it, an address is still the same."""
    with postgres.connect(night) as conn:
        conn.execute(
            "update marts.customer_card set email = 'anna@example.com' where customer_id = 'c2'"
        )
        load = receive(conn, build_id=None)
        conn.execute(
            "insert into staging.stg_crm__contacts values ('crm', 'A-1', null, false, null, %s),"
            " ('crm', 'A-9', (select '<' || upper(email) || '>' from marts.customer_card"
            " where customer_id = 'c3'), false, null, %s)",
            [load, load],
        )
    excluded = export(night, run_id="r1", as_of=DAY)["audiences"][0]["excluded"]
    assert excluded[optouts.WITHDRAWN] == 3
    assert rows(night) == []


def test_a_refusal_is_heard_however_its_address_is_written(night: Project) -> None:
    with postgres.connect(night) as conn:
        load = receive(conn, build_id=None)
        conn.execute(
            "insert into staging.stg_crm__contacts values"
            " ('crm', 'new', 'mailto:ANNA@example.com ', false, null, %s)",
            [load],
        )
    export(night, run_id="r1", as_of=DAY)
    assert "c1" not in [row["customer_id"] for row in rows(night)]


def test_an_old_day_exported_again_knows_todays_opt_outs(night: Project) -> None:
    with postgres.connect(night) as conn:
        conn.execute(
            "insert into core.message_events values"
            " ('esp', null, 'anna@example.com', 'unsubscribe', null, %s),"
            " ('esp', null, 'bruno@example.com', 'unsubscribe', null, %s)",
            [AFTER, BEFORE],
        )
    export(night, run_id="r1", as_of=DAY)
    # Bruno's was known to the build, which weighed it against a later consent.
    assert [row["customer_id"] for row in rows(night)] == ["c2", "c3"]


def test_a_file_delivered_again_counts_as_newly_stated(night: Project) -> None:
    with postgres.connect(night) as conn:
        load = receive(conn, build_id=3)
        conn.execute(
            "insert into ops.loads (source, table_name, file_name, status, duplicate_of)"
            " values ('crm', 'contacts', 'g', 'duplicate', %s)",
            [load],
        )
        conn.execute(
            "insert into staging.stg_crm__contacts values"
            " ('crm', 'A-1', 'anna@example.com', false, null, %s)",
            [load],
        )
    export(night, run_id="r1", as_of=DAY)
    assert "c1" not in [row["customer_id"] for row in rows(night)]


def test_exports_may_be_any_address(night: Project) -> None:
    import fsspec

    export(replace(night, exports="memory://crm/out"), run_id="r1", as_of=DAY)
    system = fsspec.filesystem("memory")
    names = [path.rsplit("/", 1)[1] for path in system.find("/crm/out/2026-10-31")]
    assert sorted(names) == ["winback.csv", "winback.manifest.json"]


def test_a_failed_export_leaves_the_old_file_and_no_draft(
    night: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(night, run_id="r1", as_of=DAY)
    before = files(night)
    monkeypatch.setattr(delivery.CsvFile, "row", _disk_full)
    with pytest.raises(OSError, match="disk"):
        export(night, run_id="r2", as_of=DAY)
    assert files(night) == before
    assert len(list((Path(night.exports) / DAY.isoformat()).iterdir())) == 2


def _disk_full(_self: delivery.CsvFile, _values: list[Any]) -> None:
    raise OSError("disk full")


def test_nothing_published_yet(own_project: Project) -> None:
    declare(own_project, AUDIENCE)
    with pytest.raises(SchedaError, match="no marts were published yet"):
        export(own_project, run_id="r1", as_of=None)


def test_another_day_than_the_published_one(night: Project) -> None:
    with pytest.raises(SchedaError, match="marts of 2026-10-31, not of 2026-10-30"):
        export(night, run_id="r1", as_of=date(2026, 10, 30))


def test_the_declared_audiences_are_sound(project: Project) -> None:
    """Those of this checkout: at least three, each with its segment's rule."""
    declared = audiences.load(project)
    assert len(declared) >= 3
    assert all(audience.rule for audience in declared)


def test_an_audience_may_be_one_of_a_family(own_project: Project) -> None:
    declare(own_project, {**AUDIENCE, "segment": "province:TO"})
    assert audiences.load(own_project)[0].rule == "by province"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "../out"}, "a name is lower-case letters"),
        ({"owner": " "}, "does not say its owner"),
        ({"fields": []}, "lists no fields"),
        ({"channel": "pigeon"}, "channel 'pigeon' has no consent"),
        ({"segment": "nobody"}, "no segment is called 'nobody'"),
    ],
)
def test_a_declaration_with_a_mistake(
    own_project: Project, change: dict[str, Any], message: str
) -> None:
    declare(own_project, {**AUDIENCE, **change})
    with pytest.raises(SchedaError, match=message):
        audiences.load(own_project)


def test_a_field_that_the_card_lacks(night: Project) -> None:
    declare(night, {**AUDIENCE, "fields": ["email", "shoe_size"]})
    with pytest.raises(SchedaError, match="no column shoe_size"):
        export(night, run_id="r1", as_of=DAY)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (True, "true"),
        (Decimal("-12.50"), "-12.50"),
        (-3, "-3"),
        (DAY, "2026-10-31"),
        ("=1+1", "'=1+1"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("+393331234567", "+393331234567"),
        ("+39 333 1234567", "'+39 333 1234567"),
        ("+393331234567+1", "'+393331234567+1"),
        ("D'Angelo", "D'Angelo"),
        (["crm", "shop"], "crm|shop"),
    ],
)
def test_a_cell_runs_nothing_in_a_spreadsheet(value: Any, written: str) -> None:
    assert delivery.cell(value) == written
