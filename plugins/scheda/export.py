"""Audiences out of the published marts: a CSV and a manifest each, checked once more (law 8)."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from scheda import audiences, optouts, postgres
from scheda.delivery import CsvFile, Folder
from scheda.errors import SchedaError
from scheda.progress import say

if TYPE_CHECKING:
    from datetime import date

    from scheda.audiences import Audience
    from scheda.optouts import OptOuts
    from scheda.project import Project

NO_EMAIL = "no e-mail address"
NO_CONSENT = "no e-mail consent"
#: Differ from one export to the next although the file is the same.
_OF_THE_RUN = ("run_id", "exported_at")


def export(project: Project, *, run_id: str, as_of: date | None) -> dict[str, Any]:
    """Write every declared audience of the published marts to <exports>/<as_of>/.

    as_of   business day of the published marts. SchedaError when nothing was published, or when
            readers see another day.
    Returns {"as_of", "build_id", "audiences": [{audience, people_in_segment, exported, excluded,
    address}]}. Repeating it leaves the same bytes, unless somebody opted out meanwhile.
    """
    declared = audiences.load(project)
    results = []
    with postgres.connect(project) as conn:
        # One published night from the first query to the last, whoever publishes meanwhile.
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        build_id, day = _published(conn, as_of)
        _need_columns(conn, declared)
        late = optouts.since(project, conn, build_id=build_id, as_of=day)
        folder = Folder(project.exports, day)
        for audience in declared:
            manifest = _write(conn, audience, late, folder)
            manifest |= {"as_of": day.isoformat(), "build_id": build_id, "run_id": run_id}
            manifest["exported_at"] = datetime.now(tz=UTC).isoformat(timespec="seconds")
            _settle_manifest(folder, audience, manifest)
            results.append(manifest)
            say(
                f"export {audience.name}: {manifest['exported']:,} of "
                f"{manifest['people_in_segment']:,} people"
            )
    _record(project, run_id, results, folder.address)
    return {
        "as_of": day.isoformat(),
        "build_id": build_id,
        "audiences": [
            {
                "audience": manifest["audience"],
                "people_in_segment": manifest["people_in_segment"],
                "exported": manifest["exported"],
                "excluded": manifest["exclusions"],
                "address": f"{folder.address}/{manifest['file']}",
            }
            for manifest in results
        ],
    }


def _published(conn: psycopg.Connection, as_of: date | None) -> tuple[int, date]:
    row = conn.execute("select side, build_id, as_of from ops.published").fetchone()
    if row is None or row[0] == "none" or row[2] is None:
        raise SchedaError(
            "no marts were published yet, so there is nobody to export: `scheda run` (or the "
            "customer_card DAG) builds, checks and publishes them"
        )
    if as_of is not None and as_of != row[2]:
        raise SchedaError(
            f"readers see the marts of {row[2]}, not of {as_of}: publish that day first, or export "
            f"without --as-of"
        )
    return row[1], row[2]


def _need_columns(conn: psycopg.Connection, declared: tuple[Audience, ...]) -> None:
    """The views are there, and the card has the fields that the audiences name."""
    rows = conn.execute(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'marts' and table_name in ('audience_members', 'customer_card')"
    ).fetchall()
    if len({table for table, _column in rows}) < 2:
        raise SchedaError(
            "the published marts lack audience_members or customer_card: build and publish again"
        )
    card = {column for table, column in rows if table == "customer_card"}
    for audience in declared:
        unknown = [field for field in audience.fields if field not in card]
        if unknown:
            raise SchedaError(
                f"audience '{audience.name}': customer_card has no column {', '.join(unknown)}; "
                f"it has {', '.join(sorted(card))}"
            )


def _write(
    conn: psycopg.Connection, audience: Audience, late: OptOuts, folder: Folder
) -> dict[str, Any]:
    """Write the CSV of one audience; its manifest, with counts that add up."""
    name = f"{audience.name}.csv"
    excluded: Counter[str] = Counter()
    people = 0
    with folder.draft(name) as (sink, draft):
        file = CsvFile(sink, audience.fields)
        for row in _members(conn, audience):
            people += 1
            reason = _why_not(row, late)
            if reason:
                excluded[reason] += 1
            else:
                file.row([row["card"][field] for field in audience.fields])
    manifest = {
        "audience": audience.name,
        "description": audience.description,
        "segment": audience.segment,
        "rule": audience.rule,
        "channel": audience.channel,
        "owner": audience.owner,
        "purpose": audience.purpose,
        "file": name,
        "columns": list(audience.fields),
        "people_in_segment": people,
        "exported": file.rows,
        "exclusions": dict(sorted(excluded.items())),
        "sha256": file.sha256,
    }
    old = _old_manifest(folder, audience)
    if old.get("sha256") != file.sha256:
        # Never a manifest beside a file that it does not describe.
        folder.remove(f"{audience.name}.manifest.json")
    folder.settle(draft, name)
    return manifest


def _members(conn: psycopg.Connection, audience: Audience) -> Any:
    """The people of the audience's segment in a fixed order, a thousand at a time: membership,
    the card's own word on consent, and `card`, the columns to export."""
    wanted = sorted({*audience.fields, "email", "email_consent"})
    statement = sql.SQL(
        "select member.customer_id, member.is_included, member.exclusion_reason, {columns}"
        " from marts.audience_members as member"
        " left join marts.customer_card as card on member.customer_id = card.customer_id"
        " where member.audience = {audience} order by member.customer_id"
    ).format(
        columns=sql.SQL(", ").join(
            sql.SQL("card.{} as {}").format(sql.Identifier(name), sql.Identifier(f"card {name}"))
            for name in wanted
        ),
        audience=sql.Literal(audience.name),
    )
    with conn.cursor(name="audience", row_factory=dict_row) as cursor:
        cursor.itersize = 1000
        for row in cursor.execute(statement):
            row["card"] = {name: row.pop(f"card {name}") for name in wanted}
            yield row


def _why_not(row: dict[str, Any], late: OptOuts) -> str | None:
    """The reason to leave this person out, None to write; the first that holds."""
    card = row["card"]
    if not row["is_included"]:
        return row["exclusion_reason"] or "excluded by the audience's rule"
    if not card["email"]:
        return NO_EMAIL
    if card["email_consent"] is not True:
        return NO_CONSENT
    return late.reason(row["customer_id"], card["email"])


def _old_manifest(folder: Folder, audience: Audience) -> dict[str, Any]:
    text = folder.read(f"{audience.name}.manifest.json")
    try:
        return json.loads(text) if text else {}
    except ValueError:
        return {}


def _settle_manifest(folder: Folder, audience: Audience, manifest: dict[str, Any]) -> None:
    """Write the manifest, unless one that says the same (of an earlier run) is there."""
    old = _old_manifest(folder, audience)
    if _lasting(old) == _lasting(manifest):
        return
    name = f"{audience.name}.manifest.json"
    with folder.draft(name) as (sink, draft):
        sink.write((json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode())
    folder.settle(draft, name)


def _lasting(manifest: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in manifest.items() if key not in _OF_THE_RUN}


def _record(project: Project, run_id: str, manifests: list[dict[str, Any]], address: str) -> None:
    with postgres.connect(project) as conn:
        for manifest in manifests:
            conn.execute(
                "insert into ops.exports (run_id, audience, as_of, build_id, address,"
                " people_in_segment, people_exported, manifest)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s::jsonb)",
                [
                    run_id,
                    manifest["audience"],
                    manifest["as_of"],
                    manifest["build_id"],
                    f"{address}/{manifest['file']}",
                    manifest["people_in_segment"],
                    manifest["exported"],
                    json.dumps(manifest),
                ],
            )
