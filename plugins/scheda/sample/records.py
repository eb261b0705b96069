"""What each registry has written of a person: in goes the truth, out comes what is received."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scheda.sample import slips
from scheda.sample.codes import mistyped
from scheda.sample.dice import dice
from scheda.sample.vocabulary import OWNERS, TOWNS

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable
    from datetime import date

    from scheda.sample.people import Person

#: Per cent of contacts for which the registry knows it at all.
_KNOWS = {
    "birth_date": {"crm": 80, "crm_again": 30, "till": 60},
    "fiscal_code": {"crm": 32, "crm_again": 20, "till": 40},
    "company": {"crm": 100, "crm_again": 70, "shop": 70, "till": 70},
    "vat_number": {"crm": 70, "till": 60},
    "phone": {"crm": 93, "crm_again": 75, "shop": 78, "till": 90},
    "mobile": {"crm": 55, "crm_again": 30, "till": 50},
    "address": {"crm": 97, "crm_again": 80, "shop": 100, "till": 92},
}
_OFFSETS = {"crm": 0, "crm_again": 1, "shop": 1, "till": 2, "newsletter": 3}
_CAPS = [town.postal_code for town in TOWNS]


@dataclass(frozen=True)
class Record:
    """A contact as a registry has it, before its file's own way of typing; "" is not known.

    planted  what was done to it, in words (typo, nickname, former_email …)
    """

    source: str
    key: str
    person_id: str
    first_name: str
    last_name: str
    company: str
    email: str
    phone: str
    mobile: str
    street: str
    postal_code: str
    city: str
    province: str
    country: str
    birth_date: date | None
    fiscal_code: str
    vat_number: str
    owner: str
    planted: tuple[str, ...]


def record(person: Person, registry: str) -> Record:
    """The contact of `person` in `registry` (one of person.registries), always the same."""
    hand = dice("record", registry, person.number)
    source, key = person.registries[registry]
    first, last, slip = slips.name(
        person.first_name,
        person.last_name,
        person.second_name,
        person.gender,
        registry=registry,
        hand=hand,
    )
    planted = [slip, *{kind for kind, _ in person.groups}]
    made = Record(
        source=source,
        key=key,
        person_id=person.person_id,
        first_name=first,
        last_name=last,
        company=_company(person, registry, hand),
        email=_email(person, registry, hand, planted),
        phone="",
        mobile="",
        street="",
        postal_code="",
        city="",
        province="",
        country="",
        birth_date=_birth_date(person, registry, hand, planted),
        fiscal_code=_fiscal_code(person, registry, hand, planted),
        vat_number=_vat_number(person, registry, hand),
        owner=_owner(person, registry, hand, planted),
        planted=(),
    )
    phone, mobile = _phones(person, registry, hand, planted)
    made = _addressed(replace(made, phone=phone, mobile=mobile), person, registry, hand, planted)
    return replace(made, planted=tuple(sorted(word for word in planted if word)))


def records(people: Iterable[Person]) -> list[Record]:
    """Every contact of these people."""
    return [record(person, registry) for person in people for registry in person.registries]


def mailing_address(person: Person) -> str | None:
    """Where the newsletter goes: to the address of the first registry that has a whole one."""
    for registry in ("newsletter", "crm", "shop", "till"):
        if registry in person.registries:
            email = record(person, registry).email
            if email and email not in slips.NO_EMAIL:
                return email
    return person.email or person.shared_email


def shop_address(person: Person) -> str | None:
    """The address that this person's orders carry."""
    if person.has_account:
        return record(person, "shop").email or None
    return person.email or person.shared_email


def _knows(what: str, registry: str, hand: random.Random) -> bool:
    return hand.random() * 100 < _KNOWS[what].get(registry, 0)


def _company(person: Person, registry: str, hand: random.Random) -> str:
    if not person.firm or not _knows("company", registry, hand):
        return ""
    said = person.firm.spellings
    return said[(person.firm_rank + _OFFSETS[registry]) % len(said)]


def _vat_number(person: Person, registry: str, hand: random.Random) -> str:
    knows = _knows("vat_number", registry, hand)
    if not person.firm or not person.firm.vat_number or registry not in _KNOWS["vat_number"]:
        return ""
    number = person.firm.vat_number
    written = hand.choice(
        (number, number, f"IT{number}", f"IT {number}", f"{number[:5]} {number[5:]}")
    )
    return written if knows or person.firm.is_renamed else ""


def _email(person: Person, registry: str, hand: random.Random, planted: list[str]) -> str:
    if person.shared_email and registry in person.shared_in:
        return person.shared_email
    if person.former_email and person.former_email[0] == registry:
        planted.append("former_email")
        return person.former_email[1]
    if person.email is None or (registry in ("crm_again", "till") and hand.random() < 0.12):
        if registry in ("crm", "crm_again") and hand.random() < 0.5:
            planted.append("no_email")
            return hand.choice(slips.NO_EMAIL)
        return ""
    written, slip = slips.email(person.email, registry=registry, hand=hand)
    planted.append(slip)
    return written


def _phones(
    person: Person, registry: str, hand: random.Random, planted: list[str]
) -> tuple[str, str]:
    """(phone, mobile): the second only where the registry has a column for it."""
    mobile = person.mobile
    if person.former_mobile and person.former_mobile[0] == registry:
        planted.append("former_mobile")
        mobile = person.former_mobile[1]
    knows, has_column = _knows("phone", registry, hand), _knows("mobile", registry, hand)
    if registry == "newsletter":
        return "", ""
    phone = (
        (person.landline or mobile) if registry.startswith("crm") else (mobile or person.landline)
    )
    if not knows:
        phone = ""
        if registry != "shop" and hand.random() < 0.35:
            planted.append("no_phone")
            phone = hand.choice(slips.NO_PHONE)
    return phone, mobile if has_column else ""


def _addressed(
    made: Record, person: Person, registry: str, hand: random.Random, planted: list[str]
) -> Record:
    home = person.home
    if person.former_home and person.former_home[0] == registry:
        planted.append("former_home")
        home = person.former_home[1]
    if not _knows("address", registry, hand):
        return made
    place = home.place
    street, province, code, slip = home.street, place.province, place.postal_code, ""
    if place.country == "IT":
        if hand.random() < 0.3:
            street = slips.street(street, hand)
        if hand.random() < 0.06:
            province = ""
        code, slip = slips.postal_code(code, _CAPS, hand)
    planted.append(slip)
    return replace(
        made,
        street=street,
        postal_code=code,
        city=place.city,
        province=province,
        country=place.country,
    )


def _birth_date(
    person: Person, registry: str, hand: random.Random, planted: list[str]
) -> date | None:
    knows, slips_up = _knows("birth_date", registry, hand), hand.random() < 0.008
    if person.behaviour == "young" and registry == "crm":
        return person.birth_date
    if not knows:
        return None
    if slips_up:
        planted.append("birth_slip")
        return slips.day(person.birth_date, hand)
    return person.birth_date


def _fiscal_code(person: Person, registry: str, hand: random.Random, planted: list[str]) -> str:
    knows, luck = _knows("fiscal_code", registry, hand), hand.random()
    if person.borrowed_code and registry == "crm":
        return person.borrowed_code
    code = person.fiscal_code if knows else None
    if not code:
        return ""
    if luck < 0.03:
        planted.append("wrong_code")
        return mistyped(code)
    return hand.choice((code, code, code.lower(), f"{code[:6]} {code[6:11]} {code[11:]}"))


def _owner(person: Person, registry: str, hand: random.Random, planted: list[str]) -> str:
    if registry == "crm":
        return person.owner
    if registry == "crm_again" and person.owner and hand.random() < 0.5:
        planted.append("two_owners")
        return hand.choice([owner for owner in OWNERS if owner != person.owner])
    return ""
