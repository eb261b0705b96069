"""The CRM's nightly export: semicolon CSV, Italian dates, everybody's own way of typing."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from scheda.sample.dice import dice
from scheda.sample.records import record

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from scheda.sample.people import Person

HEADER = [
    "Codice Cliente",
    "Nome",
    "Cognome",
    "Ragione Sociale",
    "Email",
    "Telefono",
    "Cellulare",
    "Indirizzo",
    "CAP",
    "Città",
    "Provincia",
    "Nazione",
    "Data di nascita",
    "Sesso",
    "Codice Fiscale",
    "Partita IVA",
    "Agente",
    "Data registrazione",
    "Fonte",
    "Canale",
    "Consenso email",
    "Data consenso",
    "Ultima modifica",
]
_CODE = HEADER.index("Codice Cliente")
_BIRTH = HEADER.index("Data di nascita")
_REGISTERED = HEADER.index("Data registrazione")
_CHANGED = HEADER.index("Ultima modifica")
_COUNTRIES = {
    "IT": ("Italia", "ITALIA", "IT", "Italy"),
    "CH": ("Svizzera", "CH"),
    "GB": ("Regno Unito", "GB"),
    "US": ("Stati Uniti", "USA"),
}


def export(people: Sequence[Person], *, day: date, spoil: bool = False) -> tuple[bytes, int, int]:
    """The file of the evening of `day`: bytes, records, and records that must be set aside later.

    spoil    plant the four contacts of a sloppy evening (one without code, three impossible dates)
             and one line with a stray separator, which no reader can place in columns
    """
    known = [person for person in people if person.registered_on <= day]
    rows = [_row(person, "crm", day) for person in known if person.in_crm]
    firsts = len(rows)
    rows += [_row(person, "crm_again", day) for person in known if person.is_doubled]
    planted = 0
    for damage, place in zip(_DAMAGES if spoil else _SLIPS, (0.05, 0.2, 0.35, 0.5), strict=False):
        damage(rows[int(firsts * place)])
        planted += 1
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    if spoil:
        text.write(
            "C09999;Pia;Sala;;pia.sala@example.com;Ufficio;acquisti;e;vendite;+390200009999;;"
            "Via Roma, 1;20121;Milano;MI;Italia;;F;;;;01/03/2025;Fiera Milano;Evento;SI;;\r\n"
        )
    return text.getvalue().encode("utf-8-sig"), len(rows) + spoil, planted


def _without_code(row: list[str]) -> None:
    row[_CODE] = ""


def _registered_never(row: list[str]) -> None:
    row[_REGISTERED] = "31/02/" + row[_REGISTERED][-4:]


def _born_too_early(row: list[str]) -> None:
    row[_BIRTH] = "12/07/1875"


def _changed_yesterday(row: list[str]) -> None:
    row[_CHANGED] = "ieri sera"


_DAMAGES: tuple[Callable[[list[str]], None], ...] = (
    _without_code,
    _registered_never,
    _born_too_early,
    _changed_yesterday,
)
#: On every other evening one date is mistyped; the next export has it right.
_SLIPS: tuple[Callable[[list[str]], None], ...] = (_registered_never,)


def _row(person: Person, registry: str, day: date) -> list[str]:
    """One contact as the colleague who typed it would: the same hand every evening."""
    hand = dice(registry, person.number)
    changed = person.moved_on or person.registered_on
    lives_at_first_home = bool(person.moved_on and person.moved_on > day)
    if lives_at_first_home:
        changed = person.registered_on
    known = record(person, registry)
    street = (
        f"Via Vecchia Ferriera, {person.number % 90 + 1}" if lives_at_first_home else known.street
    )
    case = hand.choice((str, str, str, str.upper, str.lower))
    at = datetime.combine(changed, time(9)) + timedelta(seconds=hand.randint(0, 30_000))
    yes, no = hand.choice(("SI", "SI", "Si", "sì")), hand.choice(("NO", "no"))
    sex = {"F": "Femmina", "M": "Maschio"}[person.gender]
    country = hand.choice(_COUNTRIES[person.home.place.country])
    registered = "" if hand.random() < 0.01 else _day(person.registered_on)
    return [
        known.key,
        _spaced(case(known.first_name), hand),
        case(known.last_name),
        known.company,
        _typed_email(known.email, hand),
        _typed_phone(known.phone, hand),
        _typed_phone(known.mobile, hand),
        street,
        known.postal_code,
        case(known.city),
        hand.choice((known.province, known.province.lower())),
        country if known.country else "",
        _day(known.birth_date),
        hand.choice((person.gender, sex, person.gender)),
        known.fiscal_code,
        known.vat_number,
        known.owner,
        registered,
        person.source,
        person.channel,
        {True: yes, False: no, None: ""}[person.consent],
        _day(person.registered_on) if person.consent else "",
        at.strftime("%d/%m/%Y %H:%M:%S"),
    ]


def _typed_email(email: str, hand: random.Random) -> str:
    case = hand.choice((str, str, str, str.upper, str.title))
    return case(email) + hand.choice(("", "", "", " ")) if email else ""


def _typed_phone(phone: str, hand: random.Random) -> str:
    if not phone.startswith("+39"):
        return phone
    number = phone[3:]
    return hand.choice(
        (
            phone,
            f"0039{number}",
            f"+39 {number[:3]} {number[3:]}",
            f"{number[:3]}/{number[3:]}",
            f"{number[:3]}-{number[3:6]} {number[6:]}",
            number,
            f"tel. {number}",
        )
    )


def _spaced(text: str, hand: random.Random) -> str:
    return f" {text} " if hand.random() < 0.05 else text


def _day(value: date | None) -> str:
    return value.strftime("%d/%m/%Y") if value else ""
