"""The CRM's nightly export: semicolon CSV, Italian dates, everybody's own way of typing."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from scheda.sample.dice import dice

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
    "Indirizzo",
    "CAP",
    "Città",
    "Provincia",
    "Nazione",
    "Data di nascita",
    "Sesso",
    "Agente",
    "Data registrazione",
    "Fonte",
    "Canale",
    "Consenso email",
    "Data consenso",
    "Ultima modifica",
]
_CODE, _EMAIL, _BIRTH, _REGISTERED, _CHANGED = 0, 4, 11, 14, 19
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
    rows = [_row(person, day) for person in people if person.in_crm and person.registered_on <= day]
    rows += [_twin(person, day) for person in people if _has_twin(person, day)]
    planted = 0
    for damage, position in zip(_DAMAGES if spoil else _SLIPS, (41, 163, 287, 401), strict=False):
        damage(rows[position])
        planted += 1
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    if spoil:
        text.write(
            "C09999;Pia;Sala;;pia.sala@example.com;Ufficio;acquisti;e;vendite;+390200009999;"
            "Via Roma, 1;20121;Milano;MI;Italia;;F;;01/03/2025;Fiera Milano;Evento;SI;;\r\n"
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


def _row(person: Person, day: date) -> list[str]:
    """One contact as the colleague who typed it would: the same hand every evening."""
    hand = dice("crm", person.number)
    if person.moved_on and person.moved_on > day:
        person = replace(person, street=f"Via Vecchia Ferriera, {person.number % 90 + 1}")
        changed = person.registered_on
    else:
        changed = person.moved_on or person.registered_on
    case = hand.choice((str, str, str, str.upper, str.lower))
    at = datetime.combine(changed, time(9)) + timedelta(seconds=hand.randint(0, 30_000))
    yes, no = hand.choice(("SI", "SI", "Si", "sì")), hand.choice(("NO", "no"))
    sex = {"F": "Femmina", "M": "Maschio"}[person.gender]
    return [
        person.code,
        _spaced(case(person.first_name), hand),
        case(person.last_name),
        hand.choice(person.firm.spellings) if person.firm else "",
        _typed_email(person, hand),
        _typed_phone(person.phone, hand),
        person.street,
        person.place.postal_code,
        case(person.place.city),
        hand.choice((person.place.province, person.place.province.lower())),
        hand.choice(_COUNTRIES[person.place.country]),
        _day(person.birth_date),
        hand.choice((person.gender, sex, person.gender)),
        person.owner,
        _day(person.registered_on),
        person.source,
        person.channel,
        {True: yes, False: no, None: ""}[person.consent],
        _day(person.registered_on) if person.consent else "",
        at.strftime("%d/%m/%Y %H:%M:%S"),
    ]


def _has_twin(person: Person, day: date) -> bool:
    """Some were typed twice, under a second code and with the same address."""
    return person.in_crm and person.number % 83 == 0 and person.registered_on <= day


def _twin(person: Person, day: date) -> list[str]:
    row = _row(replace(person, owner="", birth_date=None), day)
    row[_CODE] = f"D{person.number:05d}"
    row[1], row[2] = row[1][:1] + ".", row[2].title()
    row[_EMAIL] = (person.email or "").upper()
    return row


def _typed_email(person: Person, hand: random.Random) -> str:
    if person.email is None:
        return hand.choice(("", "", "n.d.", "nessuna@"))
    case = hand.choice((str, str, str, str.upper, str.title))
    return case(person.email) + hand.choice(("", "", "", " "))


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
            "",
        )
    )


def _spaced(text: str, hand: random.Random) -> str:
    return f" {text} " if hand.random() < 0.05 else text


def _day(value: date | None) -> str:
    return value.strftime("%d/%m/%Y") if value else ""
