"""Who is really who in the sample: written beside it, never where anything is loaded from."""

from __future__ import annotations

import csv
from collections import defaultdict
from typing import TYPE_CHECKING

from scheda.sample.firms import FIRMS
from scheda.sample.records import Record, records
from scheda.sample.slips import NO_EMAIL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from scheda.project import Project
    from scheda.sample.people import Person

WHO = ("source", "contact_key", "person_id", "planted")
SHARED = ("kind", "trap", "source", "contact_key", "person_id")
COMPANIES = ("spelling", "company_number")


def folder(project: Project) -> Path:
    """Where the truth lies: truth.csv (whose is a contact), shared.csv (which contacts are easily
    taken for one another) and company_truth.csv (which spelling is which firm)."""
    return project.var / "sample"


def write(project: Project, people: Sequence[Person], mentioned: Iterable[tuple[str, str]]) -> None:
    """Tell the truth of everybody's contacts, and of what was already told before.

    mentioned   (source, e-mail address) of orders and messages that name no contact; an address
                that several people use is nobody's: its person_id stays empty
    """
    place = folder(project)
    place.mkdir(parents=True, exist_ok=True)
    known = records(people)
    rows = {
        (found.source, found.key): (found.person_id, " ".join(found.planted)) for found in known
    }
    owners = _owners(people, known)
    for source, email in mentioned:
        users = owners.get(email.lower(), set())
        rows[source, f"email:{email.lower()}"] = (*users, "") if len(users) == 1 else ("", "")
    before = _read(place / "truth.csv")
    told = {
        (row["source"], row["contact_key"]): (row["person_id"], row["planted"]) for row in before
    }
    _table(place / "truth.csv", WHO, [(*key, *value) for key, value in {**told, **rows}.items()])
    traps = [
        (kind, number, source, key, person.person_id)
        for person in people
        for kind, number in person.groups
        for registry, (source, key) in person.registries.items()
        if kind != "role_mailbox" or registry in person.shared_in
    ]
    _table(place / "shared.csv", SHARED, sorted(traps))
    said = {found.company for found in known if found.company}
    spelled = [(name, firm.number) for firm in FIRMS for name in firm.spellings if name in said]
    _table(place / "company_truth.csv", COMPANIES, spelled)


def _owners(people: Sequence[Person], known: Sequence[Record]) -> dict[str, set[str]]:
    """Address -> the people who use it; what is written where there is none is nobody's."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in known:
        found[one.email.lower()].add(one.person_id)
    for person in people:
        for email in (person.email, person.shared_email):
            found[(email or "").lower()].add(person.person_id)
    return {email: users for email, users in found.items() if email not in ("", *NO_EMAIL)}


def _read(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
